using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>How what fails is tried again: section <c>ChangeLog:Retry</c>.</summary>
internal sealed class RetryOptions
{
    public const string Section = "ChangeLog:Retry";

    /// <summary>How often what may be the moment's fault is tried, before it is taken for a change's.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The wait after the first failure; each is twice the one before, and a little random.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest such wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait of a handler that is down.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PauseMaxDelay { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Generated from the annotations of <see cref="RetryOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class RetryOptionsValidator : IValidateOptions<RetryOptions>;
