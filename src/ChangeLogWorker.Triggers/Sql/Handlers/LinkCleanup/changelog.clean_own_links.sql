-- changelog.clean_own_links(deleted): changelog.clean_table_links for ChangeLog's own table, in any session: nobody
-- else can create a trigger on it. Security definer.
-- Writes platform.global_settings, changelog.link_sweep. Notifies nothing.
create or replace function changelog.clean_own_links(deleted jsonb)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    is_cut boolean;
begin
    select bool_or(changelog.clean_table_links(t.table_oid, deleted))
    into is_cut
    from changelog.link_tables('platform.global_settings'::regclass) t
    where t.policy in ('nullify', 'delete')
    and changelog.is_own_table(t.table_oid);
    if is_cut then
        update changelog.link_sweep set requested_at = clock_timestamp();
    end if;
end
$function$;
comment on function changelog.clean_own_links(jsonb) is
    'Clears the links of platform.global_settings to deleted records';
