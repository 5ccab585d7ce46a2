using System.Globalization;

namespace ChangeLogWorker.Terminal.Times;

/// <summary>Formats a time in the person's time zone.</summary>
internal static class TimeFormat
{
    public static string Of(DateTimeOffset moment, TimeZoneInfo zone) => Text(moment, zone, "yyyy-MM-dd HH:mm:ss");

    /// <summary>To the millisecond, for frequent events.</summary>
    public static string Exact(DateTimeOffset moment, TimeZoneInfo zone) =>
        Text(moment, zone, "yyyy-MM-dd HH:mm:ss.fff");

    private static string Text(DateTimeOffset moment, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString(format, CultureInfo.InvariantCulture);
}
