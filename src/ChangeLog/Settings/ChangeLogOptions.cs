namespace ChangeLog.Settings;

/// <summary>What is said about the database as a whole: section <c>ChangeLog</c>.</summary>
internal sealed class ChangeLogOptions
{
    public const string Section = "ChangeLog";

    /// <summary>Whether <c>run</c> installs or upgrades first, where the rights allow.</summary>
    public bool InstallOnStart { get; set; } = true;

    /// <summary>Tables that are not logged; null: the ones stored in the database hold.</summary>
    public IReadOnlyList<string>? NonLoggedTables { get; set; }

    /// <summary>Schemas whose tables are logged, none: all; null: the ones stored in the database hold.</summary>
    public IReadOnlyList<string>? Schemas { get; set; }
}
