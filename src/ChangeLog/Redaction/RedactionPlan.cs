using System.Text.Json;
using ChangeLog.Keys;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>
/// Finds what has to be rewritten on request: a column, a record, a key, or everything that an actor did.
/// </summary>
internal sealed class RedactionPlan(NpgsqlConnection connection)
{
    /// <summary>Payloads and headers, as rules of redaction name them.</summary>
    public const string EventTable = "lib_event.event";

    /// <summary>Contexts, as rules of redaction name them.</summary>
    public const string ContextTable = "logs.transaction";

    private const string WaysInForce = /* language=sql */
        """
        select d.column_name, d.way
        from changelog.redacted_columns($1) d
        where d.when_column is null
        """;

    private const string KeyInForce = /* language=sql */
        """
        select r.rule ->> 'way'
        from changelog.key_rules($1, $2) k
        cross join jsonb_array_elements(k.rules) with ordinality r (rule, place)
        where $3 ~* (r.rule ->> 'key')
        order by r.place
        limit 1
        """;

    private const string Referring = /* language=sql */
        """
        select r.table_oid, r.column_name, r.way
        from changelog.referring_columns($1, $2) r
        order by r.table_name, r.column_name
        """;

    private const string Erasure = /* language=sql */
        "select step_tables, step_names, what::text, keys, actors from changelog.plan_erasure($1, $2, $3)";

    private const string IsOfUsers = /* language=sql */
        """
        select coalesce(
            changelog.users_table()::oid = any ($1),
            -- where no table is named, one that might be: rather too much of a person is erased than too little
            exists (
                select
                from changelog.capture_setting s
                join pg_class c on c.oid = any ($1)
                join pg_namespace n on n.oid = c.relnamespace
                where s.users_table is null
                and (n.nspname, c.relname) in (('public', 'users'), ('auth', 'users'))
                and changelog.has_user_ids(c.oid)))
        """;

    /// <summary>The columns of the table that are redacted now, in every row, and in which way.</summary>
    public async Task<IReadOnlyDictionary<string, RedactionMethod>> WaysAsync(
        KnownTable table, CancellationToken cancellationToken)
    {
        if (!table.Lives)
        {
            return new Dictionary<string, RedactionMethod>();
        }

        var found = await connection.RowsAsync(
            WaysInForce,
            row => (Column: row.GetString(0), Way: Enum.Parse<RedactionMethod>(row.GetString(1), ignoreCase: true)),
            [table.Oids[0]],
            cancellationToken);
        return found.ToDictionary(column => column.Column, column => column.Way);
    }

    /// <summary>How a key of events or contexts is redacted now; null: not.</summary>
    public async Task<RedactionMethod?> WayOfKeyAsync(string place, string key, CancellationToken cancellationToken)
    {
        var name = place.Split('.');
        var found = await connection.ColumnAsync<string>(
            KeyInForce, [name[0], name[1], key], cancellationToken);
        return found.Count == 0 ? null : Enum.Parse<RedactionMethod>(found[0], ignoreCase: true);
    }

    /// <summary>
    /// A column, keys of that name within JSON, and, as in capture, what refers to it or is generated from it.
    /// </summary>
    public async Task<IReadOnlyList<RedactionStep>> ColumnAsync(
        KnownTable table, ColumnPattern column, RedactionMethod way, CancellationToken cancellationToken)
    {
        var steps = new List<RedactionStep>();
        var seen = new HashSet<(string, string)>();
        var left = new Queue<(KnownTable Table, ColumnPattern Column, RedactionMethod Way)>([(table, column, way)]);
        while (left.TryDequeue(out var next))
        {
            if (!seen.Add((next.Table.Name, next.Column.Text)))
            {
                continue;
            }

            steps.Add(new RedactionStep(
                RedactedPlace.Changes, next.Table.Oids, next.Table.Names, What(next.Column, next.Way)));
            foreach (var (child, name, derived) in await ReferringAsync(next.Table, next.Column, cancellationToken))
            {
                if (child.Name != next.Table.Name || !next.Column.Matches(name))
                {
                    left.Enqueue((child, new ColumnPattern(name), derived));
                }
            }
        }

        return steps;
    }

    /// <summary>
    /// Every value of a record, under all the keys that it had, and where other rows hold them; of a user's also what
    /// it did.
    /// </summary>
    /// <remarks>Values read from the log stay in the server's session, because servers log parameters.</remarks>
    public async Task<ErasurePlan> RecordAsync(
        KnownTable table, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var found = await new NpgsqlCommand(Erasure, connection) { CommandTimeout = 0 }.RowsAsync(
            row => (
                Step: new RedactionStep(
                    RedactedPlace.Changes, row.GetFieldValue<uint[]>(0),
                    row.GetFieldValue<string[]>(1), row.GetString(2)),
                Keys: row.GetInt32(3),
                Actors: row.GetFieldValue<string[]>(4)),
            [Parameter.Oids(table.Oids), Parameter.Texts(table.Names), Parameter.Texts(keys)],
            cancellationToken);
        var (first, count, actors) = found[0];
        var isOfUsers = await connection.ValueAsync<bool>(IsOfUsers, [Parameter.Oids(table.Oids)], cancellationToken);
        return new ErasurePlan(
            [.. found.Skip(1).Select(row => row.Step), .. isOfUsers ? actors.SelectMany(Actor) : []], first, count);
    }

    /// <summary>
    /// Whether the log has anything of a record, an erased one too; of one that is a user's, of what it did.
    /// </summary>
    public async Task<bool> KnowsAsync(
        KnownTable table, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var names = new KnownNames(connection);
        return await names.HasRecordAsync(table, keys, cancellationToken)
            || (await connection.ValueAsync<bool>(IsOfUsers, [Parameter.Oids(table.Oids)], cancellationToken)
                && await names.HasActorAsync(keys, cancellationToken));
    }

    /// <summary>Who an actor was and from where, in everything that they did.</summary>
    public static IReadOnlyList<RedactionStep> Actor(string actor)
    {
        var what = JsonSerializer.Serialize(new { actor });
        return [new(RedactedPlace.Events, [], [], what), new(RedactedPlace.Contexts, [], [], what)];
    }

    /// <summary>Keys of payloads and headers, or of contexts.</summary>
    public static RedactionStep Key(RedactedPlace place, ColumnPattern key, RedactionMethod way) =>
        new(place, [], [], What(key, way));

    private static string What(ColumnPattern column, RedactionMethod way) => JsonSerializer.Serialize(new
    {
        key = column.KeyExpression,
        hint = column.KeyHint,
        way = way.ToString().ToLowerInvariant(),
    });

    private async Task<IReadOnlyList<(KnownTable Table, string Column, RedactionMethod Way)>> ReferringAsync(
        KnownTable table, ColumnPattern column, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            Referring,
            row => (
                Oid: row.GetFieldValue<uint>(0),
                Column: row.GetString(1),
                Way: Enum.Parse<RedactionMethod>(row.GetString(2), ignoreCase: true)),
            [Parameter.Oids(table.Oids), column.KeyExpression],
            cancellationToken);
        var finder = new TableFinder(connection);
        var referring = new List<(KnownTable, string, RedactionMethod)>();
        foreach (var (oid, name, way) in found)
        {
            referring.Add((await finder.FindAsync(oid, cancellationToken), name, way));
        }

        return referring;
    }
}
