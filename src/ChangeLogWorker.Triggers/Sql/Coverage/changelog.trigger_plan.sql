-- changelog.trigger_plan: what brings the triggers in line, desired against actual, as statements in their order.
-- Triggers are found by their function, so a renamed one is ours still; a clone on a partition belongs to the root's
-- and can only be enabled. missed: changes may have gone by. With an oid, that table only.
-- Writes nothing, notifies nobody. Made for DDL on one table to stay quick: PL/pgSQL keeps the plan, "between" gives one
-- plan for one table and for all, and compiling it (jit) took 50 times as long as running it.
create or replace function changelog.trigger_plan(target oid default null)
returns table (
    table_oid oid,
    table_schema text,
    table_name text,
    action text,
    trigger_name text,
    reason text,
    missed boolean,
    statement text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with desired as materialized (
        select d.*,
               changelog.trigger_arguments(d.args) as argument_bytes,
               (select string_agg(quote_literal(a.arg), ', ' order by a.ord)
                from unnest(d.args) with ordinality as a (arg, ord)) as arguments,
               case
                   when d.function = to_regprocedure('logs.capture_partition_change()') then logs.partition_seal(d.args)
               end as seal
        from changelog.desired_trigger(trigger_plan.target) d
    ), known as materialized (
        select t.*
        from changelog.tables(trigger_plan.target) t
    ), actual as materialized (
        select t.*
        from pg_trigger t
        where t.tgrelid between coalesce(trigger_plan.target, 0) and coalesce(trigger_plan.target, 4294967295)
          and (t.tgfoid in (
                  to_regprocedure('logs.capture_row_change()')::oid,
                  to_regprocedure('logs.capture_partition_change()')::oid,
                  to_regprocedure('logs.capture_truncate()')::oid)
               -- another's function under the name of ours
               or (t.tgrelid, t.tgname) in (select d.table_oid, d.trigger_name::name from desired d))
    ), compared as (
        select coalesce(d.table_oid, a.tgrelid) as table_oid,
               coalesce(d.trigger_name, a.tgname::text) as trigger_name,
               case
                   when d.table_oid is null then 'drop'
                   when a.oid is null then 'create'
                   when a.tgtype <> d.type or a.tgqual is not null or cardinality(a.tgattr::int2[]) > 0
                     or a.tgdeferrable or a.tgconstraint <> 0 or a.tgoldtable is not null or a.tgnewtable is not null
                     or not changelog.is_capture_trigger('', a.tgfoid)
                     -- with an extension it would go
                     or exists (
                         select
                         from pg_depend x
                         where x.classid = 'pg_trigger'::regclass
                           and x.objid = a.oid
                           and x.refclassid = 'pg_extension'::regclass
                     )
                   then 'replace'
                   when a.tgargs <> coalesce(d.argument_bytes, ''::bytea) or a.tgfoid <> d.function
                     or to_regclass('changelog.' || d.seal) is null and d.seal is not null
                   then 'follow'
                   when a.tgenabled <> d.enabled then 'enable'
               end as finding,
               a.tgconstraint,
               a.tgenabled,
               d.type,
               d.enabled,
               d.function,
               d.arguments,
               d.seal
        from desired d
        full join (select * from actual where tgparentid = 0) a
          on a.tgrelid = d.table_oid
         and a.tgname = d.trigger_name
        union all
        select a.tgrelid, a.tgname::text, 'enable', 0, a.tgenabled, null, s.enabled, null, null, null
        from actual a
        join known t on t.table_oid = a.tgrelid and (t.captured or t.kind = 'f')
        cross join (select case when fire_always then 'A' else 'O' end::"char" as enabled
                    from changelog.capture_setting) s
        where a.tgparentid <> 0
          and a.tgenabled <> s.enabled
    ), worded as (
        select c.*,
               n.nspname::text as schema,
               r.relname::text as name,
               case when not t.captured then t.reason end as not_captured,
               format('trigger %I after %s on %I.%I for each %s execute function %s(%s)',
                   c.trigger_name,
                   case when c.type = 32 then 'truncate' else 'insert or update or delete' end,
                   n.nspname,
                   r.relname,
                   case when c.type = 32 then 'statement' else 'row' end,
                   c.function::regproc,
                   c.arguments) as definition,
               format('drop trigger %I on %I.%I', c.trigger_name, n.nspname, r.relname) as removal,
               format('alter table %I.%I enable %strigger %I', n.nspname, r.relname,
                   case when c.enabled = 'A' then 'always ' else '' end, c.trigger_name) as enabling
        from compared c
        join pg_class r on r.oid = c.table_oid
        join pg_namespace n on n.oid = r.relnamespace
        left join known t on t.table_oid = c.table_oid
        where c.finding is not null
          -- a restore is at work: changelog.suspend
          and (c.finding = 'drop' or not changelog.is_suspended(c.table_oid))
    )
    select w.table_oid,
           w.schema,
           w.name,
           case w.finding when 'follow' then 'replace' else w.finding end,
           w.trigger_name,
           case w.finding
               when 'drop' then coalesce(w.not_captured, 'the table has, or inherits, the trigger it needs')
               when 'create' then 'the trigger is missing'
               when 'replace' then 'the trigger was altered'
               when 'follow' then 'the key, the redaction, the options or the root''s name changed'
               else case w.tgenabled
                        when 'D' then 'the trigger is disabled'
                        when 'R' then 'the trigger fires on replicas only'
                        else 'Capture:FireAlways changed'
                    end
           end,
           w.finding in ('create', 'replace') or w.tgenabled in ('D', 'R') and w.finding <> 'drop',
           case w.finding
               when 'drop' then w.removal
               when 'enable' then w.enabling
               else case
                        when to_regclass('changelog.' || w.seal) is null and w.seal is not null
                        then format('create type changelog.%I as (); ', w.seal)
                        else ''
                    end
                    || case
                        when w.finding = 'create' then 'create ' || w.definition
                        when w.tgconstraint = 0 and current_setting('server_version_num')::integer >= 140000
                        then 'create or replace ' || w.definition
                        else w.removal || '; create ' || w.definition
                    end
                    || case when w.enabled = 'A' then '; ' || w.enabling else '' end
           end
    from worded w
    order by w.schema, w.name, array_position(array['drop', 'replace', 'follow', 'create', 'enable'], w.finding),
             w.trigger_name;
end
$function$;
