namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Migrations that were written anew without a difference in what they make, and the hash that their first text had.</summary>
/// <remarks>
/// They held backslashes and characters beyond ASCII, with which a database of standard_conforming_strings = off or of another
/// encoding than UTF-8 refused them. One that was upgraded before has their first hash in its journal.
/// </remarks>
internal static class FormerHashes
{
    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["Migrations/0001_create_worker_state.sql"] = "b7d525d742f31cf661d02bdd4b92af495234339f483fc28ede39cfdee5563ddd",
        ["Migrations/0003_create_change.sql"] = "1a78d0583621689d95206c7823f27810231c5e1d589c5ee5cd7681913634b0fc",
        ["Migrations/0008_create_redaction.sql"] = "ab2884999a14894c4a8ced654cfbeb79953b957956be17aa4506e0d1dd99e03a",
        ["Migrations/0012_create_link.sql"] = "16a60e89a5ac2be1d74b118623faf8433db7ab6ab7b6f857eff29dea8b081ee1",
    };

    public static string? Of(string name) => ByName.GetValueOrDefault(name);
}
