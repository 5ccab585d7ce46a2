-- changelog.foreign_key_state(): a text that is another one when a foreign key was made or dropped, cheap enough to be
-- asked for each page: in PL/pgSQL, which keeps the plan. Writes nothing, notifies nothing.
create or replace function changelog.foreign_key_state()
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select concat_ws('/', count(*), max(f.oid))
        from pg_constraint f
        where f.contype = 'f');
end
$function$;
comment on function changelog.foreign_key_state() is 'Another text when a foreign key was made or dropped';
