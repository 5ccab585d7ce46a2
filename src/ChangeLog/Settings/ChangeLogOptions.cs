namespace ChangeLog.Settings;

/// <summary>Settings for the database as a whole: section <c>ChangeLog</c>.</summary>
internal sealed class ChangeLogOptions
{
    public const string Section = "ChangeLog";

    /// <summary>Whether <c>run</c> installs or upgrades first, if it has the rights.</summary>
    public bool InstallOnStart { get; set; } = true;

    /// <summary>Tables that are not captured; null: those stored in the database.</summary>
    public IReadOnlyList<string>? NonLoggedTables { get; set; }

    /// <summary>Schemas whose tables are captured, empty: all; null: those stored in the database.</summary>
    public IReadOnlyList<string>? Schemas { get; set; }

    /// <summary>Columns that tell people nothing if no other changed; null: <see cref="QuietColumns.Usual"/>.</summary>
    public IReadOnlyList<string>? Quiet { get; set; }

    /// <summary>The time zone in which verbs show and take times; null: <c>PGTZ</c>, else the machine's.</summary>
    public string? TimeZone { get; set; }
}
