-- changelog.apply_exclusions(patterns, schema_likes, table_likes, off, by): replaces the NON_LOGGED_TABLES in force;
-- off: the default exclusions that are switched off. Returns the patterns before and after, those switched off with a
-- !. A difference writes the event changelog.exclusions.changed, which no caller can prevent: by is what the program
-- says of itself, db_user is the server's word. Security definer: the worker itself may not write settings.
-- Writes changelog.exclusion, lib_event.event. Notifies lib_event.created.
create or replace function changelog.apply_exclusions(
    patterns text[],
    schema_likes text[],
    table_likes text[],
    off text[] default '{}',
    by jsonb default '{}',
    out before text[],
    out after text[])
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    rows_before jsonb;
    rows_after jsonb;
begin
    -- serialize compare and change
    perform from changelog.capture_setting for update;
    select
        coalesce(array_agg(e.pattern order by e.pattern collate "C"), '{}'),
        coalesce(jsonb_agg(to_jsonb(e) order by e.pattern collate "C"), '[]')
    into before, rows_before
    from (
        select e.pattern, e.schema_like, e.table_like
        from changelog.exclusion e
        union all
        select '!' || d.pattern, null, null
        from changelog.default_exclusion d
        where d.is_off) e;
    update changelog.default_exclusion d
    set is_off = d.pattern = any (off)
    where d.is_off <> (d.pattern = any (off));
    delete from changelog.exclusion e
    where e.pattern <> all (patterns);
    insert into changelog.exclusion (pattern, schema_like, table_like)
    select w.pattern, w.schema_like, w.table_like
    from unnest(patterns, schema_likes, table_likes) w (pattern, schema_like, table_like)
    on conflict (pattern) do update
    set schema_like = excluded.schema_like,
        table_like = excluded.table_like
    where (exclusion.schema_like, exclusion.table_like) is distinct from (excluded.schema_like, excluded.table_like);
    select
        coalesce(array_agg(e.pattern order by e.pattern collate "C"), '{}'),
        coalesce(jsonb_agg(to_jsonb(e) order by e.pattern collate "C"), '[]')
    into after, rows_after
    from (
        select e.pattern, e.schema_like, e.table_like
        from changelog.exclusion e
        union all
        select '!' || d.pattern, null, null
        from changelog.default_exclusion d
        where d.is_off) e;
    if rows_before <> rows_after then
        perform changelog.write_event('changelog.exclusions.changed', by, jsonb_build_object(
            'before', before, 'after', after, 'patterns', rows_after));
    end if;
end
$function$;
comment on function changelog.apply_exclusions(text[], text[], text[], text[], jsonb) is
    'Replaces the NON_LOGGED_TABLES in force, with an event';
