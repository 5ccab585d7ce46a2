-- changelog.bypasses: who can write rows unseen by the triggers, as far as the catalogs tell: settings that put a role,
-- a database or the server under session_replication_role = replica, and subscriptions. table_oid null: any table. A
-- session that sets it for itself leaves no trace. remedy: how to undo a setting that applies to everybody and stops
-- all capture. Empty under Capture:FireAlways, where the triggers fire anyway.
-- Writes nothing, notifies nothing.
create or replace function changelog.bypasses()
returns table (
    table_oid oid,
    who text,
    remedy text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    if (select s.fire_always from changelog.capture_setting s) then
        return;
    end if;

    return query
    select null::oid,
           concat_ws(' in ',
               case
                   when s.setrole <> 0 then format('role %I', pg_get_userbyid(s.setrole))
                   when s.setdatabase = 0 then 'every role'
               end,
               case when s.setdatabase <> 0 then format('database %I', current_database()) end),
           case
               when s.setrole <> 0 then null
               when s.setdatabase = 0 then 'alter role all reset session_replication_role'
               else format('alter database %I reset session_replication_role', current_database())
           end
    from pg_db_role_setting s
    where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
      and lower('session_replication_role=replica') in (select lower(c.setting) from unnest(s.setconfig) c (setting))
    order by 2;

    -- only where needed: the list of all settings is long
    if current_setting('session_replication_role') = 'replica' then
        return query
        select null::oid, 'the whole server', case s.source
            when 'command line' then 'take it from the server''s command line and restart the server'
            else 'alter system reset session_replication_role; select pg_reload_conf(); '
                '(or take it from postgresql.conf)'
        end
        from pg_settings s
        where s.name = 'session_replication_role'
          and s.source in ('configuration file', 'command line');
    end if;

    return query
    select distinct coalesce(pg_partition_root(s.srrelid)::oid, s.srrelid), 'a subscription', null
    from pg_subscription_rel s;
end
$function$;
comment on function changelog.bypasses() is 'Who can write rows unseen by the triggers, as far as the catalogs tell';
