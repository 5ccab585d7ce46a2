using System.CommandLine;
using Microsoft.Extensions.Hosting;

namespace ChangeLogWorker.Cli;

/// <summary><c>run</c>: installs where it may, then works until it is stopped, or until nothing is left with --once.</summary>
internal static class RunCommand
{
    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Return when all that was committed before the start has been handled",
    };

    public static Verb Create() =>
        new Verb(
            "run",
            "Work until stopped; installs or upgrades first, where InstallOnStart and the rights allow",
            "changelog run",
            "changelog run --once                       handle what is there, then return")
        {
            Once,
        }.Does(RunAsync);

    public static void MakeDefaultOf(RootCommand root)
    {
        root.Add(Once);
        root.SetAction((parsed, cancellationToken) => VerbRunner.RunAsync(parsed, RunAsync, cancellationToken));
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        using var host = Composition.ForRun(context.Configuration, context.Output.Json);
        await host.RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
