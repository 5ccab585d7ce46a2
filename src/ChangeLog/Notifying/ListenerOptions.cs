using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Notifying;

/// <summary>The LISTEN connection: section <c>ChangeLog:Listener</c>.</summary>
internal sealed class ListenerOptions
{
    public const string Section = "ChangeLog:Listener";

    /// <summary>Delay before the first reconnect.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest delay between reconnects; doubled each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class ListenerOptionsValidator : IValidateOptions<ListenerOptions>;
