using ChangeLog.Keys;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>Says since when a table is captured, or why it is not.</summary>
internal static class CoverageText
{
    public static string Of(KnownTable table, TimeZoneInfo zone) => table switch
    {
        { CoveredSince: { } since } => $"the table has been captured since {TimeFormat.Of(since, zone)}.",
        { NotCoveredBecause: { } reason } => $"the table is not captured: {reason.TrimEnd('.')}.",
        { Lives: false } => "the table no longer exists.",
        _ => "the table was never captured (changelog status says why).",
    };
}
