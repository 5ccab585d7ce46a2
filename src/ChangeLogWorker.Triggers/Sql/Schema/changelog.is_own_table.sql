-- changelog.is_own_table(target): whether a table with links is ChangeLog's own, on which nobody else may make a
-- trigger. Any other is the application's, and whatever reads or writes it may run code of the application.
-- Writes nothing, notifies nothing.
create or replace function changelog.is_own_table(target oid)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_class p on p.oid = 'changelog.link_policy'::regclass
        where c.oid = is_own_table.target
        and n.nspname = 'platform'
        and c.relname = 'global_settings'
        and c.relowner = p.relowner)
$function$;
comment on function changelog.is_own_table(oid) is 'Whether a table with links is ChangeLog''s own';
