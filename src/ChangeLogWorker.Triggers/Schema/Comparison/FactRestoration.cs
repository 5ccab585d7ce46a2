using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>
/// Restores columns, constraints, indexes, triggers and rights to <see cref="SchemaFact.Expected"/>, from its text
/// alone.
/// </summary>
internal static class FactRestoration
{
    /// <summary>
    /// Above this size, reading or rewriting a whole table would block the application's writes for too long.
    /// </summary>
    private const long RewrittenAtMost = 256L << 20;

    private const string Size = /* language=sql */
        """
        select sum(pg_table_size(t.oid))::bigint
        from (select to_regclass($1)::oid union select p.relid from pg_partition_tree(to_regclass($1)) p) t (oid)
        """;

    // in order of dependency
    private static readonly string[] Order =
        ["table", "sequence", "column", "identity", "default", "not null", "constraint", "index", "trigger", "enabled"];

    /// <summary>Restores what it can.</summary>
    /// <returns>Differences left for a quiet hour, with the statement.</returns>
    /// <exception cref="RefusedException">What is gone held data, or the server refuses the restoration.</exception>
    public static async Task<IReadOnlyList<LeftDifference>> RepairAsync(
        NpgsqlConnection connection, IReadOnlyList<Difference> differences, CancellationToken cancellationToken)
    {
        List<LeftDifference> left = [];
        foreach (var difference in differences.Where(one => one.IsOfFact && !one.IsExtra)
            .OrderBy(one => Array.IndexOf(Order, (one.Fact ?? one.Found)!.Kind))
            .ThenBy(one => one.Fact?.Definition.StartsWith("FOREIGN KEY", StringComparison.Ordinal)))
        {
            var statement = await StatementAsync(connection, difference, cancellationToken);
            if (IsLong(difference)
                && await SizeAsync(connection, difference.Fact!.Relation, cancellationToken) > RewrittenAtMost)
            {
                left.Add(new LeftDifference(difference, statement));
                continue;
            }

            await RunAsync(connection, difference, statement, cancellationToken);
        }

        foreach (var rights in differences.Where(one => one.Kind == "rights").OrderBy(one => one.AreRightsMissing))
        {
            foreach (var right in rights.Rights)
            {
                await RunAsync(connection, rights, Statement(rights, right), cancellationToken);
            }
        }

        return left;
    }

    private static bool IsLong(Difference difference) =>
        difference.Fact is { Kind: "index" or "column" or "constraint" } fact
        && !(fact.Kind == "constraint" && fact.Definition.StartsWith("CHECK", StringComparison.Ordinal));

    private static async Task<string> StatementAsync(
        NpgsqlConnection connection, Difference difference, CancellationToken cancellationToken)
    {
        var (fact, found) = (difference.Fact, difference.Found);
        if (fact is null)
        {
            var extra = found!;
            return $"alter table {extra.Relation} alter column {Quoted(extra.Name)} drop {extra.Kind}";
        }

        return fact.Kind switch
        {
            "table" when found is { Definition: "unlogged" } => $"alter table {fact.Relation} set logged",
            "table" => throw Lost(difference),
            "sequence" when found is null => $"create sequence {fact.Relation} {Joined(fact.Definition, " ")}",
            "sequence" => $"alter sequence {fact.Relation} {Joined(fact.Definition, " ")}",
            "column" when found is null
                && !IsGenerated(fact)
                && !await IsEmptyAsync(connection, fact.Relation, cancellationToken) => throw Lost(difference),
            "column" => Column(fact, found),
            "not null" => $"alter table {fact.Relation} alter column {Quoted(fact.Name)} set not null",
            "default" => $"alter table {fact.Relation} alter column {Quoted(fact.Name)} set default {fact.Definition}",
            "identity" => Identity(fact, found),
            "constraint" =>
                (found is null ? string.Empty : $"alter table {fact.Relation} drop constraint {Quoted(fact.Name)}; ")
                + $"alter table {fact.Relation} add constraint {Quoted(fact.Name)} {fact.Definition}",
            "index" => (found is null ? string.Empty : $"drop index {Schema(fact.Relation)}.{Quoted(fact.Name)}; ")
                + Index(fact),
            "trigger" => (found is null ? string.Empty : $"drop trigger {Quoted(fact.Name)} on {fact.Relation}; ")
                + fact.Definition,
            _ => Enable(fact),
        };
    }

    private static string Column(SchemaFact fact, SchemaFact? found)
    {
        var column = Quoted(fact.Name);
        var add = $"alter table {fact.Relation} add column {column} {fact.Definition}";
        return found is null
            ? add
            : IsGenerated(fact)
                ? $"alter table {fact.Relation} drop column {column}; {add}"
                : (IsGenerated(
                    found) ? $"alter table {fact.Relation} alter column {column} drop expression; " : string.Empty)
                    + $"alter table {fact.Relation} alter column {column} type {fact.Definition}";
    }

    // drawn numbers must not be drawn again
    private static string Identity(SchemaFact fact, SchemaFact? found)
    {
        var (kind, traits) =
            (fact.Definition[..fact.Definition.IndexOf(',', StringComparison.Ordinal)], fact.Definition);
        traits = traits[(kind.Length + 2)..];
        return found is null
            ? $"alter table {fact.Relation} alter column {Quoted(fact.Name)} add generated {kind} as identity "
                + $"({Joined(traits, " ")}); "
                + $"select pg_catalog.setval(pg_catalog.pg_get_serial_sequence('{fact.Relation}', '{fact.Name}'), "
                + $"(select pg_catalog.max({Quoted(fact.Name)}) from {fact.Relation}))"
            : $"alter table {fact.Relation} alter column {Quoted(fact.Name)} set generated {kind} set "
                + $"{Joined(traits, " set ")}";
    }

    private static string Index(SchemaFact fact)
    {
        const string unique = "unique ";
        var isUnique = fact.Definition.StartsWith(unique, StringComparison.Ordinal);
        return $"create {(isUnique ? unique : string.Empty)}index {Quoted(fact.Name)} on {fact.Relation} using "
            + fact.Definition[(isUnique ? unique.Length : 0)..];
    }

    // for each partition, children first: versions differ in how they recurse
    private static string Enable(SchemaFact fact)
    {
        var always = fact.Definition == "always" ? "always " : string.Empty;
        return
            $"""
            do $enable$
            declare
                part regclass;
            begin
                for part in
                    select p.oid
                    from (
                        select '{fact.Relation}'::regclass, -1
                        union
                        select t.relid, t.level
                        from pg_catalog.pg_partition_tree('{fact.Relation}') t
                        where t.level > 0) p (oid, level)
                    order by p.level desc
                loop
                    execute pg_catalog.format('alter table %s enable {always}trigger {fact.Name}', part);
                end loop;
            end
            $enable$
            """;
    }

    // of a column: UPDATE (graph); with grant option: SELECT*
    private static string Statement(Difference rights, string right)
    {
        var at = right.IndexOf(" on ", StringComparison.Ordinal);
        var privilege = right[..at].Replace("*", string.Empty, StringComparison.Ordinal);
        return rights.AreRightsMissing
            ? $"grant {privilege} on {right[(at + 4)..]} to {rights.Identity}"
            : $"revoke {privilege} on {right[(at + 4)..]} from {rights.Identity} cascade";
    }

    private static RefusedException Lost(Difference difference) => new(
        $"{difference.Sentence} Its data cannot be recreated, and nothing was changed. Restore it from a backup, "
        + "with its data: "
        + "docs/operations.md says how.", 1);

    private static bool IsGenerated(SchemaFact fact) =>
        fact.Definition.Contains(" generated always as ", StringComparison.Ordinal);

    private static string Joined(string definition, string separator) => string.Join(separator, definition.Split(", "));

    private static string Schema(string relation) => relation[..relation.IndexOf('.', StringComparison.Ordinal)];

    private static string Quoted(string name) => $"\"{name}\"";

    private static async Task<bool> IsEmptyAsync(
        NpgsqlConnection connection, string relation, CancellationToken cancellationToken) =>
        await connection.ScalarAsync($"select not exists (select from {relation})", cancellationToken) is true;

    private static async Task<long> SizeAsync(
        NpgsqlConnection connection, string relation, CancellationToken cancellationToken)
    {
        return await connection.ScalarAsync(Size, [Query.Text(relation)], cancellationToken) is long size ? size : 0;
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, Difference difference, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState[..2] is "0A" or "22" or "23" or "2B" or "42"
            && e.SqlState != PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new RefusedException(
                $"{difference.Sentence} It cannot be restored: {e.MessageText}. Nothing was changed. Fix that, "
                + "then run this, and: "
                + $"changelog install\n{statement}", 1);
        }
    }
}
