-- changelog.follows_ddl(): whether event triggers follow DDL in its own transaction; not every role may create them.
-- Writes nothing, notifies nothing.
create or replace function changelog.follows_ddl()
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select count(*) = 2
        from pg_event_trigger e
        where e.evtname in ('changelog_ddl', 'changelog_drop')
        and e.evtenabled in ('O', 'A'));
end
$function$;
comment on function changelog.follows_ddl() is 'Whether event triggers follow DDL in its own transaction';
