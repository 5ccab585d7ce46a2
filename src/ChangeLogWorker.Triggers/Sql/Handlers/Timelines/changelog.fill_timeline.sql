-- changelog.fill_timeline(timeline, positions, logged_from, logged_until, events, counts): writes a timeline's entries
-- for a page, each once, however often the page is handled. Skips an entry whose root is gone. If a foreign key finds
-- that a root or user has gone meanwhile, it looks again: the entry is then skipped, or has no actor. Returns how many
-- there are, how many were written and how many skipped; counts says whether to add the latter up in
-- changelog.timeline.
-- Writes the timeline's table, changelog.timeline_key and, if foreign keys or names have changed, what
-- changelog.follow_foreign_keys writes. Notifies nothing.
create or replace function changelog.fill_timeline(
    timeline_name text,
    positions bigint[],
    logged_from timestamptz,
    logged_until timestamptz,
    events bigint[],
    counts boolean,
    out entries bigint,
    out written bigint,
    out skipped bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = auto
as $function$
declare
    tries constant integer := 5;
    t changelog.timeline;
    state text := changelog.foreign_key_state();
    root regclass := changelog.timeline_root(timeline_name);
    found_at bigint[];
    table_ids bigint[];
    record_ids text[];
    missing record;
    root_type text;
    -- what to join: the table itself, or else what is known of it
    root_rows text := root::text;
    problem text;
begin
    -- planning costs a small page more than everything else; the plan of a large one must know its size. Functions
    -- called here are planned the same way
    perform set_config(
        'plan_cache_mode',
        case
            when cardinality(positions) + cardinality(events) <= 100 then 'force_generic_plan'
            else 'force_custom_plan'
        end,
        true);
    select * into strict t from changelog.timeline l where l.name = timeline_name;
    -- before knowing whether there is anything to write: no page can be handled, and nothing may be given up
    problem := changelog.timeline_problem(timeline_name);
    if problem is not null then
        raise exception '%', problem using errcode = 'insufficient_privilege';
    end if;
    if t.graph is distinct from state then
        perform changelog.follow_foreign_keys(timeline_name, state);
    end if;
    positions := array(
        select c.position
        from changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
        order by c.position);
    events := array(select e.position from changelog.timeline_events(timeline_name, events) e order by e.position);
    entries := 0;
    written := 0;
    skipped := 0;
    if cardinality(positions) + cardinality(events) = 0 then
        return;
    end if;

    perform changelog.track_timeline(timeline_name, positions, logged_from, logged_until);
    loop
        select array_agg(s.position), array_agg(s.table_id), array_agg(s.record_id)
        into found_at, table_ids, record_ids
        from changelog.timeline_steps(timeline_name, positions, logged_from, logged_until, events) s;
        for missing in
            select s.table_id, array_agg(distinct s.record_id) as record_ids
            from unnest(found_at, table_ids, record_ids) s (position, table_id, record_id)
            join changelog.timeline_table m on m.id = s.table_id
            where cardinality(m.tracked) > 0
            and not exists (
                select
                from changelog.timeline_key k
                where k.table_id = s.table_id
                and k.record_id = logs.index_key(s.record_id)
                and k.position <= s.position)
            group by s.table_id
        loop
            perform changelog.fetch_timeline_keys(missing.table_id, missing.record_ids);
        end loop;
        -- each round reveals the next step
        exit when not found;
    end loop;
    select array_agg(s.position), array_agg(s.record_id)
    into found_at, record_ids
    from unnest(found_at, table_ids, record_ids) s (position, table_id, record_id)
    join changelog.timeline_table m on m.id = s.table_id
    where m.is_root;

    -- otherwise the checks of the foreign keys would be planned for each entry
    perform set_config('plan_cache_mode', 'auto', true);
    select format_type(a.atttypid, a.atttypmod)
    into root_type
    from pg_attribute a
    where a.attrelid = root
    and a.attname = t.root_key;
    for try in 1..tries loop
        if root is not null and not changelog.is_trusted(root) then
            root_rows := format(
                '(select distinct x.id::%s as %I from unnest(%L::text[]) x (id))',
                root_type, t.root_key, changelog.present_roots(root, record_ids));
        end if;
        begin
            execute format(
                $write$
                with entry as materialized (
                    select e.*, r.%1$I as root
                    from changelog.timeline_entries($1, $2, $3, $4, $5, $6, $7, $8) e
                    -- a redacted key matches no row
                    left join %2$s r on r.%1$I = case
                        when not logs.is_redacted(e.root_id) then e.root_id
                    end::%3$s
                ), known as (
                    select k.id
                    from unnest(changelog.known_users(
                        array(select distinct e.actor from entry e where e.actor is not null))) k (id)
                ), written as (
                    insert into %4$I.%5$I (
                        id, %6$I, %7$I, event_type, stage, occurred_at, payload, created_at, updated_at)
                    select
                        e.id, e.root, k.id, e.event_type, %8$s, e.occurred_at, e.payload, e.created_at,
                        e.created_at
                    from entry e
                    left join known k on k.id = e.actor
                    where e.root is not null
                    on conflict (id) do nothing
                    returning 1
                )
                select count(*), (select count(*) from written), count(*) filter (where e.root is null)
                from entry e
                $write$,
                t.root_key,
                root_rows,
                root_type,
                t.table_schema, t.table_name, t.root_column, t.actor_column,
                changelog.typed_value('e.stage', t.stage_type))
            into entries, written, skipped
            using timeline_name, positions, logged_from, logged_until, events, found_at, record_ids, (
                select array_agg(l.enumlabel::text)
                from pg_enum l
                where l.enumtypid = to_regtype(t.stage_type));
            exit;
        exception when foreign_key_violation then
            if try = tries then
                raise;
            end if;
        end;
    end loop;
    -- a foreign key may have run code of the referenced table's owner
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    if exists (
        select
        from pg_constraint f
        where f.conrelid = to_regclass(format('%I.%I', t.table_schema, t.table_name))
        and f.contype = 'f')
    then
        problem := changelog.timeline_problem(timeline_name);
        if problem is not null then
            raise exception '%', problem using errcode = 'insufficient_privilege';
        end if;
    end if;
    if counts and skipped > 0 then
        update changelog.timeline l
        set skipped = l.skipped + fill_timeline.skipped
        where l.name = timeline_name;
    end if;
end
$function$;
comment on function changelog.fill_timeline(text, bigint[], timestamptz, timestamptz, bigint[], boolean) is
    'Writes a timeline''s entries for a page, each once; skips those whose root is gone';
