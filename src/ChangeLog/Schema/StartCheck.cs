using ChangeLog.Handlers.Timelines;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using Npgsql;

namespace ChangeLog.Schema;

/// <summary>Checks the settings against the database, by what is installed, and reports all problems at once.</summary>
/// <remarks>An install is asked in its own transaction, which a problem rolls back.</remarks>
internal sealed class StartCheck(CaptureSettings settings, TimelineCheck timelines)
{
    /// <returns>The timelines, resolved against the catalog.</returns>
    /// <exception cref="SettingsException">Something named is missing or unsuitable.</exception>
    public async Task<IReadOnlyList<Timeline>> RunAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string> problems = [.. await CaptureSettingCheck.ProblemsAsync(connection, settings, cancellationToken)];
        IReadOnlyList<Timeline> found = [];
        try
        {
            found = await timelines.RunAsync(connection, cancellationToken);
        }
        catch (SettingsException more)
        {
            problems.AddRange(more.Problems);
        }

        return problems.Count == 0 ? found : throw new SettingsException(problems);
    }
}
