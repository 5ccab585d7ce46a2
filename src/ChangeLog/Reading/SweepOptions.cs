using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Reading;

/// <summary>When transactions without a row are looked for: section <c>ChangeLog:Sweep</c>.</summary>
internal sealed class SweepOptions
{
    public const string Section = "ChangeLog:Sweep";

    /// <summary>How often changes without a transaction row are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Generated from the annotations of <see cref="SweepOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SweepOptionsValidator : IValidateOptions<SweepOptions>;
