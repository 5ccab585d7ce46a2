using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Schema;

/// <summary>How the log is partitioned: section <c>ChangeLog:Partitions</c>.</summary>
internal sealed class PartitionsOptions
{
    public const string Section = "ChangeLog:Partitions";

    /// <summary>How many months ahead partitions are created.</summary>
    [Range(1, 120)]
    public int MonthsAhead { get; set; } = 3;
}

[OptionsValidator]
internal sealed partial class PartitionsOptionsValidator : IValidateOptions<PartitionsOptions>;
