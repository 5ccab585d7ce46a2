-- logs.capture_lookup(query, ids): which ids a query returns, with the rights of changelog_capture, which may read the
-- keys it was granted and nothing else: for tables that ChangeLog's owner may not query as their owner. Code of the
-- application may run: whatever it does is always rolled back.
-- Writes nothing, notifies nothing.
create or replace function logs.capture_lookup(query text, ids text[])
    returns text[]
    language plpgsql
    volatile
    security definer
    set search_path = pg_catalog, pg_temp
    set row_security = off
    set jit = off
as $function$
declare
    found_ids text[];
begin
    begin
        perform set_config('transaction_read_only', 'on', true);
        execute query into found_ids using ids;
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
    return found_ids;
end
$function$;
comment on function logs.capture_lookup(text, text[]) is
    'Which ids a query returns, with the rights of changelog_capture';
