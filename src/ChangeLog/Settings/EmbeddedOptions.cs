namespace ChangeLog.Settings;

/// <summary>The demo's private PostgreSQL: section <c>ChangeLog:Embedded</c>.</summary>
internal sealed class EmbeddedOptions
{
    public const string Section = "ChangeLog:Embedded";

    /// <summary>Where initdb and postgres are, for <c>demo</c>; null: search PATH and the usual folders.</summary>
    public string? BinDirectory { get; set; }
}
