using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChangeLog.Settings;

/// <summary>How the log is read: section <c>ChangeLog:Handlers</c>.</summary>
internal sealed class HandlersOptions
{
    public const string Section = "ChangeLog:Handlers";

    /// <summary>Whether this worker runs the built-in handlers, beside those added to it.</summary>
    public bool BuiltIn { get; set; } = true;

    /// <summary>Changes per page, at most.</summary>
    [Range(1, 100_000)]
    public int PageSize { get; set; } = 2_000;

    /// <summary>Positions scanned per page, at most, so that a long empty stretch is crossed in steps.</summary>
    [Range(1_000, 10_000_000)]
    public int PositionsPerPage { get; set; } = 100_000;

    /// <summary>
    /// How long a page's statement may run, or a page wait for its worker, before the server ends it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan PageTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle worker looks without being notified.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class HandlersOptionsValidator : IValidateOptions<HandlersOptions>;
