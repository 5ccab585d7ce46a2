using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>Compares the installation with this program's scripts, and restores what differs.</summary>
/// <remarks>
/// Routines are compared in full, views by their query, other objects by owner and existence. Scripts whose present
/// text is not in the journal are skipped: an upgrade runs them. Runs none of our functions.
/// </remarks>
internal static class SchemaIntegrity
{
    private const string CaptureRole = "changelog_capture";

    private const int MostAttempts = 5;

    // event triggers would fire on the DDL that restores their functions
    private const string WithoutEventTriggers = /* language=sql */
        """
        select set_config('session_replication_role', $1, true)
        where (select r.rolsuper from pg_roles r where r.rolname = current_user)
        """;

    /// <summary>The differences; none if nothing is installed.</summary>
    public static async Task<IReadOnlyList<Difference>> FindAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(ObjectCatalog.Pin, cancellationToken);
        var journal = await SchemaJournal.ReadAsync(connection, cancellationToken);
        return journal.Count == 0 ? [] : await FindAsync(connection, journal, cancellationToken);
    }

    /// <summary>The same, given the journal; inside a transaction.</summary>
    /// <remarks>
    /// Another session may install meanwhile: if it drops what is being described, the server raises an error.
    /// </remarks>
    public static async Task<IReadOnlyList<Difference>> FindAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await connection.ExecuteAsync("savepoint compared", cancellationToken);
            try
            {
                return await FindOnceAsync(connection, journal, cancellationToken);
            }
            catch (PostgresException e) when (attempt < MostAttempts && IsOfDropped(e))
            {
                await connection.ExecuteAsync("rollback to savepoint compared", cancellationToken);
            }
        }
    }

    private static bool IsOfDropped(PostgresException e) => e.SqlState is PostgresErrorCodes.InternalError
        or PostgresErrorCodes.UndefinedTable
        or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.UndefinedFunction;

    private static async Task<IReadOnlyList<Difference>> FindOnceAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        var found = await ObjectCatalog.ReadAsync(connection, cancellationToken);
        var differences = Compare(found, journal);
        if (EmbeddedScripts.All.Where(script => script.IsMigration).All(script => script.IsIn(journal)))
        {
            var facts = await FactCatalog.ReadAsync(connection, cancellationToken);
            differences.AddRange(
                FactComparison.Compare(facts, found.Where(one => one.Kind == "view").Select(one => one.Name)));
            // an upgrade, and the install after an uninstall, grant others
            if (EmbeddedScripts.All.All(script => script.IsIn(journal)))
            {
                var shared = await SharedAsync(connection, cancellationToken);
                differences.AddRange(FactComparison.CompareRights(facts, shared.Contains));
            }
        }

        // a view needs the functions that it calls
        return differences.Any(difference => difference.IsMissing)
            ? differences
            : [.. differences, .. await ViewDefinition.DifferencesAsync(connection, journal, cancellationToken)];
    }

    private static List<Difference> Compare(
        IReadOnlyList<InstalledObject> found, IReadOnlyDictionary<string, string> journal)
    {
        var owner = OwnerOf(found);
        var byName = found.ToLookup(one => one.Name);
        List<Difference> differences = [];
        foreach (var group in RoutineDefinition.All.GroupBy(routine => routine.Name))
        {
            var isCurrent = group.All(routine => routine.Script.IsIn(journal));
            differences.AddRange(CompareRoutines(
                [.. group], [.. byName[group.Key].Where(one => one.IsRoutine)], owner, isCurrent));
        }

        differences.AddRange(EmbeddedScripts.All
            .Where(script => script.Name.StartsWith("Views/", StringComparison.Ordinal) && script.IsIn(journal))
            .SelectMany(script => OwnNames.Relations(script).Where(name => !byName.Contains(name))
                .Select(name => new Difference("view", name, Difference.Missing, script.Name))));
        differences.AddRange(
            from relation in found
            where !relation.IsRoutine
            let what = Different(relation, owner, null, [])
            where what is not null
            select new Difference(relation.Kind, relation.Name, what));
        return differences;
    }

    /// <summary>
    /// Restores functions, tables and views; returns which scripts must run again, and what is left for a quiet hour.
    /// </summary>
    public static async Task<(IReadOnlyList<string> Again, IReadOnlyList<LeftDifference> Left)> RepairAsync(
        NpgsqlConnection connection, IReadOnlyList<Difference> differences, CancellationToken cancellationToken)
    {
        if (differences.Count == 0)
        {
            return ([], []);
        }

        var owner = OwnerOf(await ObjectCatalog.ReadAsync(connection, cancellationToken));
        await SetReplicationRoleAsync(connection, "replica", cancellationToken);
        foreach (var difference in differences.Where(
            one => one is { IsExtra: false, IsMissing: false, IsOfFact: false, Kind: not "rights" }))
        {
            await connection.ExecuteAsync(
                $"alter {difference.Kind} {difference.Identity} owner to {owner}", cancellationToken);
            if (difference.Kind == "table")
            {
                await connection.ExecuteAsync(
                    $"alter table {difference.Identity} disable row level security, no force row level security",
                    cancellationToken);
            }
        }

        // a function that returns rows of a view is restored with it, by the script of both
        var goneViews = differences.Where(
            one => one is { Kind: "view", IsMissing: true }).Select(one => one.Script).ToHashSet();
        foreach (var routine in RoutineDefinition.All.Where(one =>
            !goneViews.Contains(one.Script.Name)
            && differences.Any(difference => difference.Script == one.Script.Name && !difference.IsExtra)))
        {
            await MakeAsync(connection, routine, differences, cancellationToken);
        }

        var left = await FactRestoration.RepairAsync(connection, differences, cancellationToken);
        foreach (var view in differences.Where(one => one is { Kind: "view", Script: not null, IsMissing: false }))
        {
            await ViewDefinition.MakeAsync(connection, view.Identity, cancellationToken);
        }

        await SetReplicationRoleAsync(connection, "origin", cancellationToken);
        return ([.. differences.Where(
            one => !one.IsExtra && one.Script is not null).Select(one => one.Script!).Distinct()], left);
    }

    // schemas that are the application's too, quoted as in a grant
    private static async Task<HashSet<string>> SharedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ScalarAsync(InstallConditions.MayReadInstallation, cancellationToken) is true
            ? [.. (await connection.LinesAsync(InstallConditions.Shared, [], cancellationToken))
                .Select(name => $"schema {name}")]
            : [];

    private static IEnumerable<Difference> CompareRoutines(
        IReadOnlyList<RoutineDefinition> wanted, List<InstalledObject> found, string owner, bool isCurrent)
    {
        var left = new List<InstalledObject>(found);
        foreach (var routine in wanted)
        {
            // an overload by somebody else came later than ours, or has another text
            var installed = left.Find(one => one.Text == routine.Text) ?? left.FirstOrDefault();
            if (installed is null)
            {
                if (isCurrent)
                {
                    yield return new Difference("function", routine.Name, Difference.Missing, routine.Script.Name);
                }

                continue;
            }

            left.Remove(installed);
            var (text, traits) = isCurrent ? (routine.Text, routine.Traits) : (installed.Text, installed.Traits);
            if (Different(installed, routine.IsOfCapture ? CaptureRole : owner, text, traits) is { } what)
            {
                yield return new Difference("function", installed.Identity, what, routine.Script.Name);
            }
        }

        if (isCurrent)
        {
            foreach (var extra in left)
            {
                yield return new Difference("function", extra.Identity, "is not ChangeLog's", IsExtra: true);
            }
        }
    }

    private static string? Different(
        InstalledObject installed, string owner, string? text, IReadOnlyList<string> traits)
    {
        List<string> what = [];
        if (installed.Owner != owner)
        {
            what.Add($"belongs to {installed.Owner} instead of {owner}");
        }

        if (installed.Text != text)
        {
            what.Add("has a different text");
        }

        what.AddRange(traits.Except(installed.Traits).Select(trait => $"lacks {trait}"));
        what.AddRange(installed.Traits.Except(traits).Select(trait => $"has {trait}"));
        return what.Count == 0 ? null : string.Join(", ", what);
    }

    // the owner of most of it: an administrator may have given everything to another role
    private static string OwnerOf(IEnumerable<InstalledObject> found) =>
        found.Where(one => one is { IsRoutine: false, Kind: not "schema" })
            .GroupBy(one => one.Owner)
            .OrderByDescending(owner => owner.Count())
            .First().Key;

    private static async Task MakeAsync(
        NpgsqlConnection connection, RoutineDefinition routine,
        IReadOnlyList<Difference> differences, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("savepoint restored", cancellationToken);
        try
        {
            await connection.ExecuteAsync(routine.Statement, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidFunctionDefinition
            || e.SqlState == PostgresErrorCodes.WrongObjectType)
        {
            // another result type or other argument names
            await connection.ExecuteAsync("rollback to savepoint restored", cancellationToken);
            foreach (var altered in differences.Where(one => one.Script == routine.Script.Name && !one.IsMissing))
            {
                await connection.ExecuteAsync($"drop routine if exists {altered.Identity}", cancellationToken);
            }

            await connection.ExecuteAsync(routine.Statement, cancellationToken);
        }
    }

    /// <summary>Disables event triggers and triggers, if the role may; foreign keys too, so only around DDL.</summary>
    public static async Task SetReplicationRoleAsync(
        NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(WithoutEventTriggers, [Query.Text(role)], cancellationToken);
    }
}
