-- changelog.carries_code(target): whether an insert into a table, or a read of it, runs code of somebody who could not
-- act as the current role anyway: triggers, rules, policies, defaults, checks, index expressions, statistics, types of
-- columns, also of what inherits from it. A foreign key runs code of the table it refers to with that owner's rights,
-- but a deferred trigger runs at commit with those of the session (before PostgreSQL 18). Planning runs nothing here:
-- only the catalog is read. The server's own functions are in no pg_depend. Writes nothing, notifies nothing.
create or replace function changelog.carries_code(target oid)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- called for each page of a timeline: planned once per session, by the catalog's indexes
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
as $function$
begin
    return (
        with recursive part (oid, is_written) as (
            select carries_code.target, true
            union
            select r.oid, r.is_written
            from part p
            cross join lateral (
                select i.inhrelid, p.is_written
                from pg_inherits i
                where i.inhparent = p.oid
                union all
                select f.confrelid, false
                from pg_constraint f
                where f.contype = 'f'
                and f.conrelid = p.oid
                and p.is_written
                and not changelog.is_trusted(f.confrelid)) r (oid, is_written)
        ), part_class as (
            select c.*, p.is_written
            from part p
            join pg_class c on c.oid = p.oid
        ), object (classid, objid, is_written) as (
            -- a partition key; what is written, also types of columns and, before PostgreSQL 15, what is generated
            select 'pg_class'::regclass, c.oid, c.is_written from part_class c
            union all
            select 'pg_class'::regclass, i.indexrelid, true from part_class c join pg_index i on i.indrelid = c.oid
            union all
            select 'pg_statistic_ext'::regclass, s.oid, true
            from part_class c
            join pg_statistic_ext s on s.stxrelid = c.oid
            union all
            select 'pg_attrdef'::regclass, d.oid, true
            from part_class c
            join pg_attrdef d on d.adrelid = c.oid
            where c.is_written
            union all
            select 'pg_constraint'::regclass, k.oid, true
            from part_class c
            join pg_constraint k on k.conrelid = c.oid and k.contype = 'c'
            where c.is_written
            union all
            select 'pg_policy'::regclass, y.oid, true
            from part_class c
            join pg_policy y on y.polrelid = c.oid
            where c.is_written
            and c.relrowsecurity
        ), expression as materialized (
            select d.refclassid, d.refobjid
            from object o
            join pg_depend d on d.classid = o.classid and d.objid = o.objid
            where o.is_written
            or d.objsubid = 0
        ), code (owner) as (
            select f.proowner
            from expression e
            join pg_proc f on e.refclassid = 'pg_proc'::regclass and f.oid = e.refobjid
            union all
            select f.proowner
            from expression e
            join pg_operator o on e.refclassid = 'pg_operator'::regclass and o.oid = e.refobjid
            join pg_proc f on f.oid = o.oprcode
            union all
            -- enums run code only in casts, which are not used here
            select y.typowner
            from expression e
            join pg_type y on e.refclassid = 'pg_type'::regclass and y.oid = e.refobjid
            where changelog.type_carries_code(y.oid)
            union all
            select f.proowner
            from part_class c
            join pg_trigger g on g.tgrelid = c.oid
            join pg_proc f on f.oid = g.tgfoid
            where c.is_written
            and not g.tgisinternal
            and g.tgenabled <> 'D'
            -- for INSERT
            and g.tgtype & 4 <> 0
            union all
            select c.relowner
            from part_class c
            join pg_rewrite w on w.ev_class = c.oid
            union all
            -- a foreign table queries another server
            select c.relowner
            from part_class c
            where c.relkind not in ('r', 'p')
        )
        select exists (
            select
            from code k
            where not pg_has_role(k.owner, current_user, 'member')
            and k.owner <> (select n.nspowner from pg_namespace n where n.nspname = 'changelog')
            and k.owner <> coalesce(to_regrole('changelog_capture')::oid, 0)));
end
$function$;
comment on function changelog.carries_code(oid) is
    'Whether an insert into a table, or a read of it, runs untrusted code';
