using System.Globalization;
using System.Text.RegularExpressions;

namespace ChangeLog.History;

/// <summary>Parses a moment as people write it.</summary>
/// <remarks>
/// <c>90s</c>, <c>15m</c>, <c>1h</c>, <c>7d</c>, <c>2w</c> ago; <c>now</c>; <c>today</c>, <c>yesterday</c>: the start
/// of the day; ISO 8601, without an offset in the person's time zone.
/// </remarks>
internal static partial class Moment
{
    private static readonly string[] LocalFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    /// <summary>The moment; null if the text is none.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var given = text.Trim();
        if (Ago().Match(given) is { Success: true } ago)
        {
            return Before(now, int.Parse(ago.Groups[1].ValueSpan, CultureInfo.InvariantCulture), ago.Groups[2].Value);
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        return given.ToUpperInvariant() switch
        {
            "NOW" => now,
            "TODAY" => InZone(today, zone),
            "YESTERDAY" => InZone(today.AddDays(-1), zone),
            _ when DateTime.TryParseExact(
                given, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) =>
                InZone(local, zone),
            _ when WithOffset().IsMatch(given) && DateTimeOffset.TryParse(
                given, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) => moment,
            _ => null,
        };
    }

    // nothing is older than the calendar
    private static DateTimeOffset Before(DateTimeOffset now, int number, string unit)
    {
        var ago = unit switch
        {
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => TimeSpan.FromDays(7L * number),
        };
        return ago < now - DateTimeOffset.MinValue ? now - ago : DateTimeOffset.MinValue;
    }

    // an hour that a change of the clock skips does not exist: the offset of before it is meant
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone) =>
        new(local, zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-2)) : zone.GetUtcOffset(local));

    [GeneratedRegex(@"^(\d{1,6})([smhdw])$")]
    private static partial Regex Ago();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$")]
    private static partial Regex WithOffset();
}
