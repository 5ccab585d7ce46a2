using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Coverage;

/// <summary>When triggers are looked after: section <c>ChangeLog:Reconcile</c>.</summary>
internal sealed class ReconcileOptions
{
    public const string Section = "ChangeLog:Reconcile";

    /// <summary>How often the triggers are brought in line with the tables.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Generated from the annotations of <see cref="ReconcileOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ReconcileOptionsValidator : IValidateOptions<ReconcileOptions>;
