namespace ChangeLog.Notifying;

/// <summary>When writers notify lib_event.created; the names are those of changelog.notification_mode.</summary>
internal enum NotificationMode
{
    /// <summary>While no worker is awake.</summary>
    WhenIdle,

    /// <summary>Every transaction and event, at its commit.</summary>
    Always,

    /// <summary>Never: the workers poll.</summary>
    Never,
}
