using ChangeLog.Keys;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>
/// Says whether the log knows an actor or a record at all, by name or by the hash that an erasure left.
/// </summary>
internal sealed class KnownNames(NpgsqlConnection connection)
{
    private const string HasRecord = /* language=sql */
        """
        with called as (
            select array_agg(c.name) as names
            from unnest($3) k (name)
            cross join lateral (values (k.name), (logs.redaction_hash(k.name))) c (name)
        )
        select exists (
            select
            from logs.change c
            where (c.table_oid = any ($1) or c.table_schema || '.' || c.table_name = any ($2))
            and c.record_id = any (called.names))
        or exists (
            select
            from lib_event.event e
            where e.event_type = 'changelog.audit.recorded'
            and (e.payload ->> 'resource' = any ($2) or changelog.entry_target(e.payload ->> 'resource') = any ($1))
            and e.payload ->> 'record_id' = any (called.names))
        from called
        """;

    private const string HasActor = /* language=sql */
        """
        with called as (
            select array_agg(c.name) as names
            from unnest($1) k (name)
            cross join lateral (values (k.name), (logs.redaction_hash(k.name))) c (name)
        )
        select exists (
            select
            from logs.transaction x
            where x.actor_id = any (called.names)
            or x.context ->> 'actor_id' = any (called.names))
        or exists (
            select
            from lib_event.event e
            where lib_event.actor_of(e.headers) = any (called.names)
            or e.event_type = 'changelog.audit.recorded' and e.payload ->> 'actor_id' = any (called.names))
        from called
        """;

    public Task<bool> HasRecordAsync(
        KnownTable table, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        connection.ValueAsync<bool>(
            HasRecord, [
                Parameter.Oids(table.Oids), Parameter.Texts(table.Names), Parameter.Texts(keys)], cancellationToken);

    public Task<bool> HasActorAsync(IReadOnlyList<string> actors, CancellationToken cancellationToken) =>
        connection.ValueAsync<bool>(HasActor, [Parameter.Texts(actors)], cancellationToken);
}
