using System.Globalization;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>
/// The schema that migrations 0001 to 0031 created, and table files create now: the oldest that can be upgraded.
/// </summary>
internal static class Baseline
{
    private const int LastNumber = 31;

    private const string Last = "Migrations/0031_drop_desired_trigger.sql";

    /// <summary>
    /// Refuses a schema that is older, newer, or created by another text of a migration than this program's.
    /// </summary>
    /// <exception cref="RefusedException">Nothing was changed; the message says what to run.</exception>
    public static void Require(IReadOnlyDictionary<string, string> journal, IReadOnlyList<SqlScript> scripts)
    {
        var migrations = scripts.Where(script => script.IsMigration).ToDictionary(script => script.Name);
        foreach (var (name, hash) in journal.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Where(entry => entry.Key.StartsWith("Migrations/", StringComparison.Ordinal) && !IsFormer(entry.Key)))
        {
            if (!migrations.TryGetValue(name, out var migration))
            {
                throw new RefusedException(
                    $"The installed schema is newer than this program: it has {name}. Use the newer program.", 2);
            }

            if (migration.Hash != hash)
            {
                throw new RefusedException(
                    $"The installed schema was created by a different text of {name} than this program's. "
                    + "Use the program that created it.", 2);
            }
        }

        if (journal.Count > 0 && !journal.ContainsKey(Last) && !migrations.Keys.Any(journal.ContainsKey))
        {
            throw new RefusedException(
                $"The installed schema is too old for this program to upgrade: it lacks {Last}. Nothing was changed. "
                + "Install the version before this one first (changelog install, of the last commit with that file), "
                + "then run this again.", 2);
        }
    }

    /// <summary>Whether former migrations, since removed, have created what the script creates.</summary>
    public static bool Made(SqlScript script) => script.IsTable || script.Name == "Routines/logs.parse_uuid.sql";

    private static bool IsFormer(string name) =>
        int.TryParse(name.AsSpan("Migrations/".Length, Math.Min(4, name.Length - "Migrations/".Length)),
            NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= LastNumber;
}
