using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Reads the timeline of a root.</summary>
internal sealed class TimelineReader(NpgsqlConnection connection)
{
    private const string Timelines = /* language=sql */
        """
        select
            t.name,
            t.root_schema || '.' || t.root_table,
            t.root_table,
            format('%I.%I', t.table_schema, t.table_name),
            quote_ident(t.root_column),
            quote_ident(t.actor_column),
            (
                select format_type(a.atttypid, a.atttypmod)
                from pg_catalog.pg_attribute a
                join pg_catalog.pg_class c on c.oid = a.attrelid
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where n.nspname = t.table_schema
                and c.relname = t.table_name
                and a.attname = t.root_column),
            t.is_behind
        from changelog.timelines() t
        """;

    private const string Canonical = /* language=sql */ "select changelog.canonical($1, $2)";

    /// <exception cref="RefusedException">There is no such timeline, or several; or the key is malformed.</exception>
    public async Task<RootTimeline> ReadAsync(string root, string id, int limit, CancellationToken cancellationToken)
    {
        var known = await connection.RowsAsync(
            Timelines,
            row => (
                Name: row.GetString(0),
                Root: row.GetString(1),
                Bare: row.GetString(2),
                Table: row.GetString(3),
                RootColumn: row.GetString(4),
                ActorColumn: row.GetString(5),
                KeyType: row.TextOrNull(6),
                IsBehind: row.GetBoolean(7)),
            [],
            cancellationToken);
        var found = known.Where(one => one.Name == root).ToList();
        found = found.Count > 0 ? found : [.. known.Where(one => one.Root == root || one.Bare == root)];
        if (found.Count != 1)
        {
            throw found.Count > 1
                ? Several(root, found.Select(one => one.Name))
                : Nothing(root, [.. known.Select(one => one.Root)]);
        }

        var timeline = found[0];
        if (timeline.KeyType is not { } type)
        {
            throw new RefusedException(
                $"The table {timeline.Table} of the timeline {timeline.Name} is gone. Run: changelog rebuild "
                + $"{timeline.Name}",
                ExitCode.Failed);
        }

        var key = (await connection.RowsAsync(
            Canonical, row => row.TextOrNull(0), [id, type], cancellationToken))[0]
            ?? throw new RefusedException(
                $"{id} is not a key of {timeline.Root}: those are of type {type}.", ExitCode.WrongUse);
        var wanted = $"from {timeline.Table} e where e.{timeline.RootColumn} = $1::{type} and e.deleted_at is null";
        var entries = await connection.RowsAsync(
            $"""
            select e.id, e.event_type, e.{timeline.ActorColumn}, e.stage::text, {EntryRows.OccurredAt}, e.created_at,
                e.payload::text
            {wanted}
            order by
                e.occurred_at desc,
                case when jsonb_typeof(e.payload -> 'position') = 'number' then (e.payload ->> 'position')::numeric end
                    desc
            limit $2
            """,
            ReadEntry,
            [key, limit],
            cancellationToken);
        var total = await connection.ValueAsync<long>($"select count(*) {wanted}", [key], cancellationToken);
        entries.Reverse();
        return new RootTimeline(timeline.Name, timeline.Root, key, total, entries, timeline.IsBehind);
    }

    private static TimelineEntry ReadEntry(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        row.GetFieldValue<Guid?>(2),
        row.TextOrNull(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetFieldValue<DateTimeOffset>(5),
        row.JsonOrNull(6));

    private static RefusedException Several(string root, IEnumerable<string> names) => new(
        $"{root} could be any of the timelines {string.Join(", ", names)}. Name one of them.", ExitCode.WrongUse);

    private static RefusedException Nothing(string root, IReadOnlyCollection<string> roots) => new(
        $"There is no timeline of {root}"
        + (roots.Count > 0
            ? $": {NearestName.OrAll(root, roots)}."
            : ". A worker creates those in ChangeLog:Timelines when it starts: changelog run"),
        ExitCode.WrongUse);
}
