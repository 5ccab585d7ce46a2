using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Terminal.Times;

/// <summary>In which time zone a person reads and writes times.</summary>
internal static class TimeZoneChoice
{
    private const string Setting = $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.TimeZone)}";

    /// <summary>The option, else the setting, else <c>PGTZ</c>, else the machine's, which <c>TZ</c> sets.</summary>
    /// <exception cref="RefusedException">The option or the setting names no time zone.</exception>
    public static TimeZoneInfo Of(string? option, IConfiguration configuration, TimeZoneInfo local) =>
        Required(GlobalOptions.TimeZone.Name, option)
        ?? Required(Setting, configuration[Setting])
        // PostgreSQL takes more than names there: '<+02>-2'
        ?? Find(configuration["PGTZ"])
        ?? local;

    private static TimeZoneInfo? Required(string source, string? id) => string.IsNullOrEmpty(id)
        ? null
        : Find(id) ?? throw new RefusedException(
            $"{source} {id}: there is no such time zone on this machine. Names are those of the IANA database: "
            + "Europe/Berlin, UTC.",
            ExitCode.WrongUse);

    private static TimeZoneInfo? Find(string? id) =>
        !string.IsNullOrEmpty(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}
