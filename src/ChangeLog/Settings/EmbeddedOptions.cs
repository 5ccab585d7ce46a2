namespace ChangeLog.Settings;

/// <summary>The private PostgreSQL of the demo: section <c>ChangeLog:Embedded</c>.</summary>
internal sealed class EmbeddedOptions
{
    public const string Section = "ChangeLog:Embedded";

    /// <summary>
    /// Where initdb and postgres are, for <c>demo</c>; null: PATH and the usual folders are searched.
    /// </summary>
    public string? BinDirectory { get; set; }
}
