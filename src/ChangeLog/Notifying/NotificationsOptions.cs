using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Notifying;

/// <summary>How workers learn of new entries: section <c>ChangeLog:Notifications</c>.</summary>
internal sealed class NotificationsOptions
{
    public const string Section = "ChangeLog:Notifications";

    /// <summary>Null: WhenIdle, or Never where the server allows prepared transactions, which cannot notify.</summary>
    [EnumDataType(typeof(NotificationMode))]
    public NotificationMode? Mode { get; set; }

    /// <summary>Longest pause between two looks while polling.</summary>
    [Range(typeof(TimeSpan), "00:00:00.003", "01:00:00")]
    public TimeSpan MaxPollInterval { get; set; } = TimeSpan.FromMilliseconds(50);
}

[OptionsValidator]
internal sealed partial class NotificationsOptionsValidator : IValidateOptions<NotificationsOptions>;
