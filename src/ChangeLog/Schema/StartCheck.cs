using ChangeLog.Handlers.Timelines;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;

namespace ChangeLog.Schema;

/// <summary>
/// Checks the settings against the database before anything is changed, and reports all problems at once.
/// </summary>
internal sealed class StartCheck(TriggerReconciler reconciler, CaptureSettings settings, TimelineCheck timelines)
{
    /// <returns>The timelines, resolved against the catalog.</returns>
    /// <exception cref="SettingsException">Something named is missing or unsuitable.</exception>
    public async Task<IReadOnlyList<Timeline>> RunAsync(CancellationToken cancellationToken)
    {
        List<string> problems = [.. await reconciler.ProblemsAsync(settings, cancellationToken)];
        IReadOnlyList<Timeline> found = [];
        try
        {
            found = await timelines.RunAsync(cancellationToken);
        }
        catch (SettingsException more)
        {
            problems.AddRange(more.Problems);
        }

        return problems.Count == 0 ? found : throw new SettingsException(problems);
    }
}
