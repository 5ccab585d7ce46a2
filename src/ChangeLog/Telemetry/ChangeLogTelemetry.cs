using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChangeLog.Telemetry;

/// <summary>The instruments; free while nobody listens. Tags never hold row values or keys.</summary>
internal static class ChangeLogTelemetry
{
    public static readonly ActivitySource Activities = new(TelemetryNames.Source);

    private static readonly Meter Meter = new(TelemetryNames.Source);

    private static readonly Counter<long> ChangesHandled = Meter.CreateCounter<long>(
        TelemetryNames.ChangesHandled, "{change}", "Changes and events handled.");

    private static readonly Histogram<double> PageDuration = Meter.CreateHistogram<double>(
        TelemetryNames.PageDuration, "s", "Duration of a page, including its commit.");

    private static readonly Gauge<double> HandlerLag = Meter.CreateGauge<double>(
        TelemetryNames.HandlerLag, "s", "Age of the oldest unhandled change or event.");

    private static readonly Gauge<int> HandlerPaused = Meter.CreateGauge<int>(
        TelemetryNames.HandlerPaused, "1", "1 while a handler is paused, otherwise 0.");

    private static readonly Counter<long> DeadLettersWritten = Meter.CreateCounter<long>(
        TelemetryNames.DeadLettersWritten, "{dead_letter}", "Changes and events that a handler gave up on.");

    private static readonly Counter<long> ListenerReconnects = Meter.CreateCounter<long>(
        TelemetryNames.ListenerReconnects, "{reconnect}", "Reconnects of the LISTEN connection.");

    private static readonly Counter<long> EventsAnnounced = Meter.CreateCounter<long>(
        TelemetryNames.EventsAnnounced, "{event}", "Transactions and events that the worker has announced for their "
            + "writers.");

    public static void PageHandled(string handler, long changes, TimeSpan duration)
    {
        var tag = Handler(handler);
        ChangesHandled.Add(changes, tag);
        PageDuration.Record(duration.TotalSeconds, tag);
    }

    public static void PageFailed(string handler, string errorType, TimeSpan duration) =>
        PageDuration.Record(duration.TotalSeconds, Handler(handler), ErrorType(errorType));

    public static void Paused(string handler, bool isPaused) =>
        HandlerPaused.Record(isPaused ? 1 : 0, Handler(handler));

    public static void DeadLetterWritten(string handler, string errorType) =>
        DeadLettersWritten.Add(1, Handler(handler), ErrorType(errorType));

    public static void Lag(string handler, TimeSpan oldest) => HandlerLag.Record(oldest.TotalSeconds, Handler(handler));

    public static void ListenerReconnected() => ListenerReconnects.Add(1);

    public static void Announced(int events) => EventsAnnounced.Add(events);

    private static KeyValuePair<string, object?> Handler(string name) => new(TelemetryNames.HandlerTag, name);

    private static KeyValuePair<string, object?> ErrorType(string type) => new(TelemetryNames.ErrorTypeTag, type);
}
