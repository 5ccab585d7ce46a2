-- logs.make_history_view(target, view): creates a view of the log of one table for users whom policies and column
-- privileges show only part of it: the rows that they may select now, back to where the row last changed under its
-- policies' columns. A view reads tables with its owner's rights, so a companion function checks with the reader's: see
-- docs/decisions/row-level-security.md. For ChangeLog's owner or a superuser. Creates or replaces a view and a
-- function, both named after the view. Notifies nothing.
create or replace function logs.make_history_view(target regclass, view_name text default null)
    returns regclass
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set standard_conforming_strings = on
    set quote_all_identifiers = off
as $function$
declare
    columns constant text[] := coalesce((select k.columns from changelog.key_columns(target) k), '{}');
    names text[] := parse_ident(view_name);
    table_schema text;
    table_name text;
    unknown text;
    variables text;
    assignments text;
    conditions text;
    sees text;
    shown text;
begin
    select n.nspname, c.relname
    into table_schema, table_name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = target
    and c.relkind in ('r', 'p');
    if not found then
        raise exception '% is no table', target using errcode = 'wrong_object_type';
    end if;
    names := case cardinality(names)
        when 2 then names
        when 1 then array[table_schema, names[1]]
        else array[table_schema, table_name || '_history']
    end;
    if octet_length(names[2]) > 58 then
        raise exception 'the name % is too long for a view with a function named after it', names[2]
            using errcode = 'name_too_long', hint = 'Give another: logs.make_history_view(table, view).';
    end if;

    select
        string_agg(format('    key_%s %I.%I;', u.place, n.nspname, b.typname), chr(10) order by u.place),
        string_agg(
            format('        key_%s := row_data operator(pg_catalog.->>) %L;', u.place, a.attname),
            chr(10) order by u.place),
        string_agg(
            format('r.%I operator(pg_catalog.=) key_%s', a.attname, u.place), ' and ' order by u.place),
        string_agg(a.attname, ', ' order by u.place) filter (
            where not (b.typtype = 'e' or b.typtype = 'b' and b.typnamespace = 'pg_catalog'::regnamespace))
    into variables, assignments, conditions, unknown
    from unnest(columns) with ordinality u (name, place)
    join pg_attribute a on a.attrelid = target and a.attname = u.name
    cross join lateral (
        with recursive step as (
            select a.atttypid as type
            union all
            select t.typbasetype
            from step s
            join pg_type t on t.oid = s.type
            where t.typtype = 'd')
        select t.*
        from step s
        join pg_type t on t.oid = s.type
        where t.typtype <> 'd') b
    join pg_namespace n on n.oid = b.typnamespace;
    if unknown is not null then
        raise exception 'rows of % cannot be found by their key: % is of a type that is not the server''s own',
            target, unknown
            using errcode = 'feature_not_supported';
    end if;

    -- everything is qualified: the reader's search_path is for the policies
    sees := format('%I.%I', names[1], names[2] || '_sees');
    execute format(
        $make$
create or replace function %1$s(row_data pg_catalog.jsonb)
    returns pg_catalog.bool
    language plpgsql
    stable
    cost 1000
as %2$L
        $make$,
        sees,
        case
            when conditions is null then 'begin return false; end'
            else format(
                $body$
declare
%s
begin
    begin
%s
    exception when data_exception then
        return false;
    end;
    return exists (select from %I.%I r where %s);
end
                $body$,
                variables, assignments, table_schema, table_name, conditions)
        end);
    execute format('grant execute on function %s(jsonb) to public', sees);
    execute format(
        'comment on function %s(jsonb) is %L',
        sees,
        format(
            'Made by ChangeLog: whether the caller may select the row of %I.%I with this key',
            table_schema, table_name));

    shown := format('%I.%I', names[1], names[2]);
    execute format(
        $make$
create or replace view %1$s with (security_barrier) as
with target as materialized (
    select
        c.oid,
        row_security_active(c.oid) as is_filtered,
        has_table_privilege(c.oid, 'select') as is_whole,
        array(
            select a.attname::text
            from pg_attribute a
            where a.attrelid = c.oid
            and a.attnum > 0
            and not a.attisdropped
            and has_column_privilege(c.oid, a.attnum, 'select')) as readable,
        -- columns used by policies, and the key; null: the whole row, or a column that the log does not have
        (
            select case
                       when bool_or(
                           coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') like '%%:varattno 0 %%'
                           or d.refobjsubid < 0) then null
                       else coalesce(array_agg(distinct a.attname::text) filter (where a.attname is not null), '{}')
                           || %4$L::text[]
                   end
            from pg_policy p
            left join pg_depend d
                on d.classid = 'pg_policy'::regclass
                and d.objid = p.oid
                and d.refclassid = 'pg_class'::regclass
                and d.refobjid = c.oid
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and a.attnum > 0
            where p.polrelid = c.oid) as decisive,
        greatest(
            v.since,
            (select max(g.valid_until) from changelog.coverage g where g.table_oid = c.oid and not g.captured)) as since
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join changelog.current_coverage v on v.table_oid = c.oid and v.captured
    where n.nspname = %2$L
    and c.relname = %3$L
    and has_schema_privilege(n.oid, 'usage')
    and has_any_column_privilege(c.oid, 'select')
), cluster as materialized (
    select k.boundary
    from changelog.cluster k
    join pg_control_system() s on s.system_identifier = k.system_identifier
    where k.number = (select max(l.number) from changelog.cluster l)
    and (k.boundary > 0 or not exists (select from changelog.cluster o where o.number < k.number))
), enriched as materialized (
    -- up to where every change is in logs.change_details; beyond that, read the log itself
    select coalesce(least(
        (
            select min(t.position) - 1
            from logs.transaction t
            where t.xid >= pg_snapshot_xmax(e.last) and t.position > e.since),
        (
            select min(t.position) - 1
            from logs.transaction t
            where t.xid in (select pg_snapshot_xip(e.last)) and t.position > e.since),
        (select s.finished from changelog.sweep s),
        (select min(r.first_position) - 1 from changelog.recovered r where r.number > e.recovered_upto),
        case when e.adopting then e.since end), 0) as upto
    from (select) one
    left join changelog.cursor e on e.handler = 'enrich'
)
select
    h.position,
    h.logged_at,
    h.op,
    h.record_key,
    case
        when t.is_whole or h.record_data is null then h.record_data
        else (
            select coalesce(jsonb_object_agg(f.key, f.value), '{}')
            from jsonb_each(h.record_data) f
            where f.key = any (t.readable))
    end as record_data,
    case
        -- hide the old values of the change after which these columns have had their current values
        when t.is_filtered and h.position <= h.since then null
        when t.is_whole or h.previous_data is null then h.previous_data
        else (
            select coalesce(jsonb_object_agg(f.key, f.value), '{}')
            from jsonb_each(h.previous_data) f
            where f.key = any (t.readable))
    end as previous_data,
    x.event__id,
    x.actor_id
from target t
cross join lateral (
    select
        u.*,
        max(u.position) filter (
            where u.op in ('I', 'D')
            or u.op = 'U'
            and (t.decisive is null or u.previous_data ?| t.decisive or not u.record_data ?& t.decisive))
            over (partition by u.record_key) as since
    from (
        select c.position, c.logged_at, c.xid, c.op, c.record_data, c.previous_data, d.record_id as record_key
        from logs.change_details d
        join logs.change c on c.position = d.position and c.logged_at = d.logged_at
        where d.table_oid = (select o.oid from target o)
        and d.position > (select k.boundary from cluster k)
        union all
        select
            c.position, c.logged_at, c.xid, c.op, c.record_data, c.previous_data,
            (case
                when octet_length(c.record_id) <= 1000 then c.record_id
                else 'sha256:' || encode(sha256(convert_to(
                    c.record_id,
                    case getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end)), 'hex')
            end) collate "C"
        from logs.change c
        where c.table_oid = (select o.oid from target o)
        and c.position > (select k.boundary from cluster k)
        and (
            c.position > (select e.upto from enriched e)
            or c.position = any (array(
                select g.position
                from changelog.dead_letter g
                where g.handler = 'enrich'
                and g.kind = 'change')))
        and not exists (
            select
            from logs.change_details d
            where d.position = c.position
            and d.logged_at = c.logged_at)) u) h
left join logs.transaction x on x.xid = h.xid and x.logged_at = h.logged_at
where (t.is_whole or %4$L::text[] <@ t.readable)
and (
    not t.is_filtered
    or h.op in ('I', 'U', 'S')
    and h.position >= coalesce(h.since, 0)
    and h.logged_at >= t.since
    and case when t.is_filtered then %5$s(h.record_data) else false end)
        $make$,
        shown, table_schema, table_name, columns, sees);
    execute format(
        'comment on view %s is %L',
        shown,
        format(
            'Made by ChangeLog (logs.make_history_view): the log of %I.%I, as far as the reader may select the rows',
            table_schema, table_name));
    execute format('revoke all on %s from public', shown);
    return shown::regclass;
end
$function$;
comment on function logs.make_history_view(regclass, text) is
    'Creates a view of a table''s log that shows each reader only what the table itself shows them';
