using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Notifying;

/// <summary>How the LISTEN connection is kept: section <c>ChangeLog:Listener</c>.</summary>
internal sealed class ListenerOptions
{
    public const string Section = "ChangeLog:Listener";

    /// <summary>The wait before the first attempt to connect again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two attempts; each is twice the one before.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Generated from the annotations of <see cref="ListenerOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ListenerOptionsValidator : IValidateOptions<ListenerOptions>;
