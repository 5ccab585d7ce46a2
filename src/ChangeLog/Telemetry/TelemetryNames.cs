namespace ChangeLog.Telemetry;

/// <summary>Every exported telemetry name: a contract with dashboards, listed in docs/telemetry.md.</summary>
internal static class TelemetryNames
{
    public const string Source = "ChangeLog";

    public const string ChangesHandled = "changelog.changes.handled";
    public const string PageDuration = "changelog.page.duration";
    public const string HandlerLag = "changelog.handler.lag";
    public const string HandlerPaused = "changelog.handler.paused";
    public const string DeadLettersWritten = "changelog.dead_letters.written";
    public const string ListenerReconnects = "changelog.listener.reconnects";
    public const string EventsAnnounced = "changelog.events.announced";

    public const string PageActivity = "changelog.page";
    public const string ReconcileActivity = "changelog.reconcile";

    public const string HandlerTag = "changelog.handler";
    public const string ErrorTypeTag = "error.type";
}
