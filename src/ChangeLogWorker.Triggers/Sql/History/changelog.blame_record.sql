-- changelog.blame_record(root, schema_name, name, record): what logs.blame returns; root is null for a dropped table.
-- A value stands since the last change that set it, under a former key too. If the log shows that it became another
-- value without a change (while the table was not captured, or by DDL), it is only known to be older than the first
-- change that found it.
-- Writes nothing, notifies nothing.
create or replace function changelog.blame_record(root oid, schema_name text, name text, record text)
    returns table (
        column_name text, value jsonb, since timestamptz, before timestamptz, action text, actor_id text, db_user text,
        db_role text, application_name text, reason text, event__id uuid, "position" bigint)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    return query
    with recursive change as (
        select c.*
        from changelog.record_changes(root, schema_name, name, changelog.key_formats(root, record), null) c
        union all
        select f.*
        from change c
        cross join changelog.record_changes(root, schema_name, name, array[c.former_key], c.position) f
        where c.former_key is not null
    ), first as (
        select c.position, c.logged_at, c.action
        from change c
        order by c.position
        limit 1
    ), setter as (
        select distinct on (s.name) s.name, c.position, c.logged_at, c.action
        from change c
        cross join unnest(c.changed_columns) s (name)
        order by s.name, c.position desc
    ), shown as (
        select s.name, s.place, l.record_data -> s.name as value
        from (
            select c.position, c.logged_at
            from change c
            order by c.position desc
            limit 1) c
        join logs.change l on l.position = c.position and l.logged_at = c.logged_at
        cross join lateral (
            select coalesce(a.attname, k.name), a.attnum
            from (
                select p.attname::text, p.attnum
                from pg_attribute p
                where p.attrelid = root
                and p.attnum > 0
                and not p.attisdropped) a
            full join jsonb_object_keys(l.record_data) k (name) on k.name = a.attname) s (name, place)
    ), traced as (
        select
            s.name,
            s.place,
            s.value,
            coalesce(t.position, f.position) as position,
            coalesce(t.logged_at, f.logged_at) as logged_at,
            coalesce(t.action, f.action) as action,
            t.name is not null or f.action = 'create' as is_set
        from shown s
        cross join first f
        left join setter t on t.name = s.name
    ), compared as (
        select t.*, k.is_kept, t.is_set and k.is_kept and t.value is not null as is_known
        from traced t
        join logs.change c on c.position = t.position and c.logged_at = t.logged_at
        cross join lateral (
            select (c.record_data -> t.name)::text is not distinct from t.value::text) k (is_kept)
    ), dated as (
        select null as name, null::smallint as place, to_jsonb(e.new_key) as value, null::timestamptz as before,
            e.position, e.logged_at, e.action
        from changelog.record_end(root, schema_name, name, record) e
        union all
        select c.name, c.place, c.value, null, c.position, c.logged_at, c.action
        from compared c
        where c.is_known
        union all
        select u.name, u.place, u.value, case
            when u.value is null then null
            when u.is_kept then u.logged_at
            else (
                select n.logged_at
                from change n
                where n.position > (
                    select max(o.position)
                    from change o
                    join logs.change l on l.position = o.position and l.logged_at = o.logged_at
                    where o.position >= u.position
                    and (l.record_data -> u.name)::text is distinct from u.value::text)
                order by n.position
                limit 1)
        end, null, null, null
        from compared u
        where not u.is_known
    )
    select
        d.name, d.value, d.logged_at, d.before, d.action, t.actor_id, t.db_user, t.db_role, t.application_name,
        t.context ->> 'reason', t.event__id, d.position
    from dated d
    left join logs.change c on c.position = d.position and c.logged_at = d.logged_at
    left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
    order by d.name is not null, d.place, d.name collate "C";
end
$function$;
comment on function changelog.blame_record(oid, text, text, text) is 'What logs.blame returns';
