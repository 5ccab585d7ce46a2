using ChangeLog.Handlers.Timelines;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;

namespace ChangeLog.Schema;

/// <summary>
/// Compares the settings with the database before anything is changed, so that all that is wrong is said at once.
/// </summary>
internal sealed class StartCheck(TriggerReconciler reconciler, CaptureSettings settings, TimelineCheck timelines)
{
    /// <returns>The timelines, with what the catalog says of them.</returns>
    /// <exception cref="SettingsException">Something that is named is not there, or not as it must be.</exception>
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
