using System.Security.Cryptography;
using System.Text;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>A file under Sql/, identified by its kind and object: <c>Routines/logs.index_key.sql</c>.</summary>
/// <param name="Name">Its name in the journal.</param>
/// <param name="Text">What it runs.</param>
internal sealed record SqlScript(string Name, string Text)
{
    /// <summary>SHA-256 of the text, in lower-case hexadecimal.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Whether a database with this journal has what the script creates.</summary>
    /// <remarks>
    /// Tables are created once and altered by migrations; grants are not journaled, and run each time.
    /// </remarks>
    public bool IsIn(IReadOnlyDictionary<string, string> journal) =>
        IsGrant || (journal.TryGetValue(Name, out var hash) && (IsTable || hash == Hash));

    public bool IsTable => Name.StartsWith("Tables/", StringComparison.Ordinal);

    public bool IsMigration => Name.StartsWith("Migrations/", StringComparison.Ordinal);

    public bool IsRoutine => Name.StartsWith("Routines/", StringComparison.Ordinal);

    public bool IsGrant => Name.StartsWith("Grants/", StringComparison.Ordinal);

    /// <summary>
    /// Whether an uninstall drops it: capture, but not the guards and the views, which keep the data.
    /// </summary>
    public bool IsCapture =>
        Name is "Routines/logs.capture_row_change.sql" or "Routines/logs.capture_partition_change.sql"
            or "Routines/logs.capture_truncate.sql"
        || Name.StartsWith("Routines/logs.record_transaction", StringComparison.Ordinal)
        || Name.StartsWith("Routines/changelog.follow_", StringComparison.Ordinal);
}
