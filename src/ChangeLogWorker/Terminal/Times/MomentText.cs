using System.CommandLine;
using ChangeLog.History;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Terminal.Times;

/// <summary>The value of an option that takes a time.</summary>
internal static class MomentText
{
    /// <summary>The forms that a time may have, for an option's description.</summary>
    public const string Forms =
        "90s, 15m, 1h, 7d, 2w ago, today, yesterday, 2026-11-30, 2026-11-30T14:00";

    /// <exception cref="RefusedException">The text is no time.</exception>
    public static DateTimeOffset Parse(Option option, string text, DateTimeOffset now, TimeZoneInfo zone) =>
        Moment.Parse(text, now, zone) ?? throw new RefusedException(
            $"{option.Name} {text}: that is not a time, such as 1h, yesterday, 2026-11-30 or 2026-11-30T14:00Z.",
            ExitCode.WrongUse);
}
