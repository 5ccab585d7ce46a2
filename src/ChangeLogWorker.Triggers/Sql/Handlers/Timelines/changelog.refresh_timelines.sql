-- changelog.refresh_timelines(positions, logged_from, logged_until, events, tables, what): updates timelines after
-- changes and events were rewritten; for these tables also all entries of erased roots and all stages, for which it
-- reads the whole timeline. Returns how many entries it rewrote. An entry keeps its id and becomes what a rebuild would
-- derive. A root's key that is a text without a foreign key becomes its hash if its record's key did; what: see
-- changelog.redact_logged, with {"renamed"}: the record_ids of these tables that were hashed. If the caller owns the
-- timeline's table, other people's triggers do not fire meanwhile, since they would run with the caller's rights.
-- Writes the timelines. Notifies nothing.
create or replace function changelog.refresh_timelines(
    positions bigint[],
    logged_from timestamptz,
    logged_until timestamptz,
    events bigint[],
    tables oid[],
    what jsonb)
    returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    t changelog.timeline;
    root changelog.timeline_table;
    target regclass;
    root_type regtype;
    renamed text[];
    roots text[];
    is_staged boolean;
    problem text;
    firing record;
    fired jsonb;
    entries bigint := 0;
    here bigint;
begin
    for t in
        select l.*
        from changelog.timeline l
        order by l.name
    loop
        target := to_regclass(format('%I.%I', t.table_schema, t.table_name));
        select m.* into root from changelog.timeline_table m where m.timeline = t.name and m.is_root;
        renamed := array(
            select jsonb_array_elements_text(what -> 'renamed' -> 'records')
            where what -> 'renamed' -> 'tables' ? root.table_oid::text);
        roots := case
            when root.table_oid = any (tables) and what ? 'records'
                then array(select jsonb_array_elements_text(what -> 'records'))
            else nullif(renamed, '{}')
        end;
        is_staged := root.table_oid = any (tables) and t.stage_column ~* (what ->> 'key');
        continue when target is null
            or roots is null
            and is_staged is not true
            and cardinality(events) = 0
            and not exists (
                select
                from changelog.timeline_changes(t.name, positions, logged_from, logged_until) c
                where c.belongs);
        select coalesce(
            jsonb_object_agg(g.tgname, case g.tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end),
            '{}')
        into fired
        from pg_trigger g
        join pg_class c on c.oid = g.tgrelid
        join pg_proc p on p.oid = g.tgfoid
        where g.tgrelid = target
        and not g.tgisinternal
        and g.tgenabled <> 'D'
        and pg_has_role(c.relowner, 'usage')
        and p.oid <> 'changelog.guard_timeline'::regproc
        and p.proowner <> (select r.oid from pg_roles r where r.rolname = current_user);
        for firing in select f.key as name from jsonb_each_text(fired) f
        loop
            -- keeps our own event trigger quiet
            perform set_config('changelog.reconciling', 'on', true);
            execute format('alter table %s disable trigger %I', target, firing.name);
        end loop;
        problem := changelog.timeline_problem(t.name);
        if problem is not null then
            raise exception '%; it holds raw values too', problem using errcode = 'object_not_in_prerequisite_state';
        end if;
        execute format(
            $write$
            with happened as materialized (
                select h.*
                from changelog.timeline_facts($1, $2, $3, $4, $5) h
            ), entry as materialized (
                select
                    e.id,
                    e.payload,
                    case when e.stage is not null then format('%%s', e.stage) end as stage,
                    format('%%s', e.%2$I) as root,
                    e.%3$I as actor,
                    -- the type stays, and the stage is checked separately
                    e.payload || coalesce(h.payload - '{event_type,stage}'::text[], '{}') as new_payload,
                    -- the row's own value takes precedence
                    coalesce(
                        h.stage,
                        e.payload -> 'new_values' ->> $8,
                        e.payload -> 'payload' ->> coalesce($8, 'stage'),
                        case
                            when e.payload ->> 'action' = 'delete' then e.payload -> 'previous_values' ->> $8
                        end) as own_stage
                from %1$s e
                left join happened h
                    on h.position = case
                        when jsonb_typeof(e.payload -> 'position') = 'number' then e.payload -> 'position'
                    end::bigint
                    and h.payload -> 'event__id' = e.payload -> 'event__id'
                where h.position is not null
                or ($7 or format('%%s', e.%2$I) = any ($6)) and e.payload ? 'event__id'
            ), known as materialized (
                select
                    e.*,
                    coalesce(e.own_stage, case when e.payload ->> 'stage' is not null then (
                        select k.keys ->> $8
                        from changelog.timeline_key k
                        where k.table_id = $9
                        and k.record_id = any (array[logs.index_key(e.root), logs.redaction_hash(e.root)])
                        and k.position <= (e.payload ->> 'position')::bigint
                        order by k.position desc
                        limit 1) end) as new_stage
                from entry e
            ), final as (
                select
                    k.*,
                    k.payload ->> 'stage' is distinct from k.new_stage
                        and logs.is_redacted(k.new_stage) as is_staged
                from known k
            )
            update %1$s e
            set
                payload = f.new_payload
                    || case when f.is_staged then jsonb_build_object('stage', f.new_stage) else '{}' end,
                stage = %4$s,
                %3$I = case when logs.parse_uuid(f.new_payload ->> 'actor_id') is not null then f.actor end
            from final f
            where e.id = f.id
            and (f.new_payload <> f.payload or f.is_staged)
            $write$,
            target, t.root_column, t.actor_column,
            changelog.typed_value(
                'case when not f.is_staged then f.stage '
                'when $10 is null or f.new_stage = any ($10) then f.new_stage end',
                t.stage_type))
        using
            t.name, positions, logged_from, logged_until, events, roots, coalesce(is_staged, false),
            t.stage_column, root.id, (
            select array_agg(l.enumlabel::text)
            from pg_enum l
            where l.enumtypid = to_regtype(t.stage_type));
        get diagnostics here = row_count;
        entries := entries + here;

        select a.atttypid
        into root_type
        from pg_attribute a
        where a.attrelid = target
        and a.attname = t.root_column
        and not exists (
            select
            from pg_constraint f
            where f.contype = 'f'
            and f.conrelid = target
            and a.attnum = any (f.conkey));
        if root_type in ('text'::regtype, 'character varying'::regtype) then
            execute format(
                'update %1$s e
                set %2$I = logs.redaction_hash(e.%2$I)
                where e.%2$I = any ($1)
                and (not logs.is_anonymous(e.%2$I) or e.%2$I = any ($2))',
                target, t.root_column)
            using roots, renamed;
            get diagnostics here = row_count;
            entries := entries + here;
        end if;
        for firing in select f.key as name, f.value as mode from jsonb_each_text(fired) f
        loop
            execute format('alter table %s enable %s trigger %I', target, firing.mode, firing.name);
        end loop;
    end loop;
    return entries;
exception when insufficient_privilege then
    raise exception 'the timeline %.% holds raw values too, and % may not rewrite it',
        t.table_schema, t.table_name, current_user
        using errcode = 'insufficient_privilege',
            hint = format('grant select, update on %I.%I to %I', t.table_schema, t.table_name, current_user);
end
$function$;
comment on function changelog.refresh_timelines(bigint[], timestamptz, timestamptz, bigint[], oid[], jsonb) is
    'Updates timelines after the log was rewritten';
