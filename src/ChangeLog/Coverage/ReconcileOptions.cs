using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Coverage;

/// <summary>How often triggers are reconciled: section <c>ChangeLog:Reconcile</c>.</summary>
internal sealed class ReconcileOptions
{
    public const string Section = "ChangeLog:Reconcile";

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class ReconcileOptionsValidator : IValidateOptions<ReconcileOptions>;
