using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Microsoft.Extensions.Hosting;

namespace ChangeLog.Handlers;

/// <summary>
/// Creates the handlers' cursors before anything runs, and refuses a handler whose cursor was created for other
/// streams.
/// </summary>
internal sealed class RegistrationService(IReadOnlyList<IHandler> handlers, CursorStore cursors, StartupRetry patience)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => patience.RunAsync(RegisterAsync, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var handler in handlers)
        {
            await cursors.RegisterAsync(handler.Name, handler.Reads, handler.FromNow, cancellationToken);
            var stream = await cursors.StreamAsync(handler.Name, cancellationToken);
            if (stream != handler.Reads)
            {
                problems.Add(
                    $"The handler {handler.Name} reads {Word(handler.Reads)}, but its cursor is for "
                    + $"{Word(stream)}. Give it another name, or let it start over: "
                    + $"delete from changelog.cursor where handler = "
                    + $"'{handler.Name.Replace("'", "''", StringComparison.Ordinal)}'");
            }
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    private static string Word(Streams streams) => streams switch
    {
        Streams.Both => "both changes and events",
        _ => streams.ToString().ToLowerInvariant(),
    };
}
