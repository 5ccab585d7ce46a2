-- changelog.make_timeline_table(timeline): creates a timeline's table as the document of course_designer_plan_events
-- has it, or adds missing indexes and triggers to an existing one; changelog.link_timeline adds the foreign keys. Never
-- waits long for a lock, since others queue behind it. Returns sentences for people.
-- Writes the table, its triggers and privileges, trigger_set_timestamp() in its schema. Notifies nothing.
create or replace function changelog.make_timeline_table(timeline_name text)
    returns setof text
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s'
as $function$
declare
    t changelog.timeline;
    root regclass := changelog.timeline_root(timeline_name);
    thing text;
    target text;
    makes_id text;
    users regclass := changelog.users_table();
    about record;
    lacking record;
    problem text := changelog.timeline_problem(timeline_name);
begin
    -- leave the table alone; changelog.fill_timeline reports the same problem
    if problem is not null then
        return next problem;
        return;
    end if;
    select * into strict t from changelog.timeline l where l.name = timeline_name;
    target := format('%I.%I', t.table_schema, t.table_name);
    thing := replace(changelog.singular(t.root_table), '_', ' ');
    if to_regclass(target) is null then
        select format('%I.uuid_generate_v4()', n.nspname)
        into makes_id
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where p.proname = 'uuid_generate_v4'
        and p.pronargs = 0
        and p.prorettype = 'uuid'::regtype
        and pg_has_role(p.proowner, current_user, 'member')
        order by n.nspname <> 'public', n.nspname
        limit 1;
        execute format(
            $make$
            create table %1$s (
                id uuid not null default %2$s primary key,
                %3$I %4$s not null,
                %5$I uuid,
                event_type varchar(255) not null check (trim(both from event_type) <> ''),
                stage %6$s,
                occurred_at timestamptz not null default now(),
                payload jsonb not null default '{}',
                created_at timestamptz not null default now(),
                updated_at timestamptz not null default now(),
                deleted_at timestamptz
            )
            $make$,
            target, coalesce(makes_id, 'gen_random_uuid()'), t.root_column,
            (select format_type(a.atttypid, a.atttypmod)
             from pg_attribute a
             where a.attrelid = root and a.attname = t.root_key),
            t.actor_column, t.stage_type::regtype);
        execute format('comment on table %s is %L', target, format(
            'Append-only event log for reconstructing a %s timeline and auditing changes.', thing));
        for about in
            select c.name, c.text
            from (values
                (t.actor_column, 'User who caused the event, or NULL for system-generated events.'),
                (t.root_column, format('The %s this event belongs to.', regexp_replace(thing, '^.* ', ''))),
                ('created_at', 'Timestamp when the record was created.'),
                ('deleted_at', 'Timestamp when the record was deleted. If null, the record is not deleted.'),
                ('event_type', 'Application-defined event type identifier.'),
                ('id', 'A unique, stable identifier for the record.'),
                ('occurred_at', 'When the event occurred. May differ from created_at when backfilling events.'),
                ('payload', 'Event-specific structured data used to reconstruct timeline details.'),
                ('stage', 'Optional workflow stage associated with the event.'),
                ('updated_at', 'Timestamp when the record was last updated. '
                    'The field is updated automatically by the set_timestamp trigger.')
            ) c (name, text)
        loop
            execute format('comment on column %s.%I is %L', target, about.name, about.text);
        end loop;
    end if;

    for lacking in
        select w.statement
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join lateral (
            select
                pg_has_role(c.relowner, 'usage') as is_ours,
                to_regrole('changelog_links') as links,
                left(t.table_name, 50) || '_timeline_idx' as root_index,
                left(t.table_name, 50) || '_actor_idx' as actor_index,
                format('%I.trigger_set_timestamp()', t.table_schema) as stamps,
                array(
                    select x.relname::text
                    from pg_index i
                    join pg_class x on x.oid = i.indexrelid
                    where i.indrelid = c.oid) as indexes,
                array(select g.tgname::text from pg_trigger g where g.tgrelid = c.oid) as triggers) h
        cross join lateral (
            select
                1 as place,
                h.root_index <> all (h.indexes) as is_due,
                format('create index %I on %s (%I, deleted_at, occurred_at desc)', h.root_index, target, t.root_column)
                    as statement
            union all
            -- to find a deleted user's entries; someone else's table does without it
            select 2, users is not null and h.is_ours and h.actor_index <> all (h.indexes), format(
                'create index %1$I on %2$s (%3$I) where %3$I is not null', h.actor_index, target, t.actor_column)
            union all
            select 3, to_regprocedure(h.stamps) is null, format(
                $make$
                create function %s
                    returns trigger
                    language plpgsql
                as $body$
                begin
                    new.updated_at = now();
                    return new;
                end
                $body$
                $make$, h.stamps)
            union all
            select 4, g.name <> all (h.triggers), format(
                'create trigger %I %s on %s for each %s execute function %s', g.name, g.moment, target, g.each, g.does)
            from (values
                ('set_timestamp', 'before update', 'row', h.stamps),
                ('refuse_change', 'after update or delete', 'row', 'changelog.guard_timeline()'),
                ('refuse_truncate', 'before truncate', 'statement', 'changelog.guard_timeline()')
            ) g (name, moment, each, does)
            union all
            -- the worker fills it, whoever created it, and readers read it; changelog redact rewrites entries with the
            -- rights of ChangeLog's owner. If the table is someone else's, they have to grant these
            select 5, h.is_ours and p.rights is not null, format('grant %s on %s to %s', p.rights, target, r.role)
            from (values
                (to_regrole('changelog_worker'), array['insert', 'select']),
                (to_regrole('changelog_reader'), array['select']),
                ((select s.nspowner::regrole from pg_namespace s where s.nspname = 'changelog'),
                    array['select', 'update'])
            ) r (role, rights)
            cross join lateral (
                select string_agg(u.name, ', ' order by u.name) as rights
                from unnest(r.rights) u (name)
                where not has_table_privilege(r.role, c.oid, u.name)) p
            union all
            -- actors who are gone are nulled with its rights
            select
                6,
                h.is_ours and not (
                    has_column_privilege(h.links, c.oid, 'id', 'select')
                    and has_column_privilege(h.links, c.oid, t.actor_column, 'select')
                    and has_column_privilege(h.links, c.oid, t.actor_column, 'update')),
                format('grant select (id, %1$I), update (%1$I) on %2$s to changelog_links', t.actor_column, target)
            union all
            select
                7,
                (pg_has_role(n.nspowner, 'usage') or has_schema_privilege(n.oid, 'usage with grant option'))
                    and not has_schema_privilege(h.links, n.oid, 'usage'),
                format('grant usage on schema %I to changelog_links', t.table_schema)) w
        where c.oid = target::regclass
        and w.is_due
        order by w.place
    loop
        execute lacking.statement;
    end loop;

    if not t.foreign_keys then
        return query
        select format(
            'the timeline %1$s should have no foreign keys, but its table has %2$I, which may be the application''s. '
            'To drop it: alter table %3$s drop constraint %2$I',
            t.name, l.constraint_name, target)
        from changelog.timeline_link(timeline_name) l
        where l.constraint_name is not null
        and l.constraint_name::text <> all (t.keys_made);
    else
        return next format(
            'the foreign keys of %1$s prevent hard deletes: '
            'a row of %2$s that has entries there%3$s cannot be deleted. '
            'TRUNCATE and DROP TABLE of these, and another type of their key, fail too, and each delete is checked. '
            'ForeignKeys: false drops them',
            target, root,
            case when users is not null then format(', and a user in %s who caused one,', users) else '' end);
        return query
        select format(
            '%1$s gets no foreign key to %2$s, for code of its owner %3$s would run in sessions of %4$I. '
            'The entries are kept up to date without it',
            target, r.oid::regclass, c.relowner::regrole, current_user)
        from unnest(array[root, users]) r (oid)
        join pg_class c on c.oid = r.oid
        where not changelog.reads_as_itself(r.oid);
        if users is null then
            return next format(
                'no table says who a user is (ChangeLog:Platform:UsersTable): %s.%I refers to nobody, and stays empty',
                target, t.actor_column);
        end if;
    end if;
end
$function$;
comment on function changelog.make_timeline_table(text) is 'Makes a timeline''s table, or adds to it what is missing';
