-- changelog.sweep_own_links(first_block, blocks, is_plan): changelog.sweep_links for ChangeLog's own table, in any
-- session: nobody else can create a trigger on it. Security definer.
-- Writes platform.global_settings. Notifies nothing.
create or replace function changelog.sweep_own_links(
    first_block bigint,
    blocks integer,
    is_plan boolean,
    out next_block bigint,
    out dangling bigint,
    out cleared bigint,
    out failed bigint,
    out reason text,
    out examples text[],
    out unresolved jsonb,
    out unkeyed jsonb)
    language sql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select s.*
    from changelog.sweep_links('platform.global_settings'::regclass, first_block, blocks, is_plan) s
    where changelog.is_own_table('platform.global_settings'::regclass)
$function$;
comment on function changelog.sweep_own_links(bigint, integer, boolean) is
    'Clears the dangling links in a block range of platform.global_settings';
