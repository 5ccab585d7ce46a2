using System.CommandLine;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Terminal;

/// <summary>Reads the settings, runs a verb, and turns every failure into a message and an exit code.</summary>
internal static class VerbRunner
{
    public static async Task<int> RunAsync(
        ParseResult parsed,
        Func<VerbContext, CancellationToken, Task<int>> action,
        CancellationToken cancellationToken)
    {
        var output = Output.ForConsole(
            parsed.GetValue(GlobalOptions.Json), parsed.GetValue(GlobalOptions.Full));
        IConfiguration? configuration = null;
        ServiceProvider? services = null;
        try
        {
            configuration = ProgramConfiguration.Read(parsed.GetValue(GlobalOptions.Config)?.FullName);
            SettingsValidation.Require(configuration);
            services = Composition.ForVerb(configuration);
            return await action(new VerbContext(parsed, configuration, services, output), cancellationToken);
        }
        catch (Exception error)
        {
            var failure = FailureReport.Of(error, configuration, cancellationToken);
            services?.GetRequiredService<ILoggerFactory>().CreateLogger("ChangeLogWorker.Terminal").Failed(error);
            foreach (var sentence in failure.Sentences)
            {
                output.Error(sentence);
            }

            return failure.ExitCode;
        }
        finally
        {
            if (services is not null)
            {
                await services.DisposeAsync();
            }
        }
    }
}
