-- changelog.is_gone_actor(holder, before, after): whether an update of a timeline's entry does nothing but null its
-- actor, in an entry written by ChangeLog, because that user is gone. For a partition it is the root's timeline.
-- Security definer. Writes nothing, notifies nothing.
create or replace function changelog.is_gone_actor(holder oid, before jsonb, after jsonb)
    returns boolean
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select
        from changelog.timeline t
        join pg_namespace n on n.nspname = t.table_schema
        join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name
        where c.oid in (holder, pg_partition_root(holder))
        and before ->> t.actor_column is not null
        and after ->> t.actor_column is null
        and after - array['updated_at', t.actor_column] = before - array['updated_at', t.actor_column]
        and substr(before ->> 'id', 15, 1) = '8'
        and cardinality(changelog.gone_users(array[(before ->> t.actor_column)::uuid])) = 1)
$function$;
comment on function changelog.is_gone_actor(oid, jsonb, jsonb) is
    'Whether an update of an entry only nulls an actor who is gone';
