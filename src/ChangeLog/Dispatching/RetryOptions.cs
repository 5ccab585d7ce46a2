using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>How failures are retried: section <c>ChangeLog:Retry</c>.</summary>
internal sealed class RetryOptions
{
    public const string Section = "ChangeLog:Retry";

    /// <summary>Attempts before a possibly temporary failure counts as the entry's fault.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Delay after the first failure; doubled each time, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest such delay.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay of a handler that is down.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PauseMaxDelay { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class RetryOptionsValidator : IValidateOptions<RetryOptions>;
