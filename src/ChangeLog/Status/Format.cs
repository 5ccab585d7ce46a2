using System.Globalization;

namespace ChangeLog.Status;

/// <summary>Writes numbers, sizes and durations for a person.</summary>
internal static class Format
{
    private static readonly NumberFormatInfo Percent = new() { PercentPositivePattern = 1 };
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    public static string Of(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(long number, string noun) => $"{Of(number)} {noun}{(number == 1 ? string.Empty : "s")}";

    /// <summary>A period in days: from 2026-11-03 to today (27 days).</summary>
    public static string OfDays(DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (first, last, today) = (Day(from, zone), Day(until, zone), Day(now, zone));
        var end = last == today ? "today" : last.ToString("O", CultureInfo.InvariantCulture);
        return first == last
            ? $"from {end}"
            : $"from {first.ToString("O", CultureInfo.InvariantCulture)} to {end} "
                + $"({Of(last.DayNumber - first.DayNumber, "day")})";
    }

    public static string OfBytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1024 && unit < Units.Length - 1)
        {
            (size, unit) = (size / 1024, unit + 1);
        }

        return size.ToString(unit == 0 || size >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    public static string OfShare(double share) => share.ToString("P0", Percent);

    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => $"{time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        { TotalMinutes: < 2 } => $"{time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 2 } => $"{time.TotalMinutes.ToString("0", CultureInfo.InvariantCulture)} min",
        { TotalDays: < 2 } => $"{time.TotalHours.ToString("0", CultureInfo.InvariantCulture)} h",
        _ => $"{time.TotalDays.ToString("0", CultureInfo.InvariantCulture)} days",
    };

    private static DateOnly Day(DateTimeOffset moment, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
}
