using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Reading;

/// <summary>How often to look for missing transaction rows: section <c>ChangeLog:Sweep</c>.</summary>
internal sealed class SweepOptions
{
    public const string Section = "ChangeLog:Sweep";

    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class SweepOptionsValidator : IValidateOptions<SweepOptions>;
