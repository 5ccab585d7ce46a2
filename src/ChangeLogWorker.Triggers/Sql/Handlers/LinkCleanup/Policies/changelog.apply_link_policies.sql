-- changelog.apply_link_policies(patterns, schema_likes, table_likes, policies, by): replaces the configured link
-- policies. Returns the policies before and after, each as a text. A difference writes the event
-- changelog.link_policies.changed, with each policy in full. Security definer, like changelog.apply_exclusions.
-- Writes changelog.link_policy, lib_event.event. Notifies lib_event.created.
create or replace function changelog.apply_link_policies(
    patterns text[], schema_likes text[], table_likes text[], policies text[], by jsonb default '{}',
    out before text[], out after text[])
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    rows_before jsonb;
    rows_after jsonb;
begin
    perform from changelog.capture_setting for update;
    select
        coalesce(array_agg(p.pattern || ' (' || p.policy || ')' order by p.place), '{}'),
        coalesce(jsonb_agg(to_jsonb(p) order by p.place), '[]')
    into before, rows_before
    from changelog.link_policy p;
    delete from changelog.link_policy p
    where not p.is_default
    and p.place > cardinality(patterns);
    insert into changelog.link_policy as p (place, pattern, is_default, schema_like, table_like, policy)
    select w.place, w.pattern, false, w.schema_like, w.table_like, w.policy
    from unnest(patterns, schema_likes, table_likes, policies) with ordinality
        w (pattern, schema_like, table_like, policy, place)
    on conflict (place) do update
    set pattern = excluded.pattern,
        schema_like = excluded.schema_like,
        table_like = excluded.table_like,
        policy = excluded.policy
    where (p.pattern, p.schema_like, p.table_like, p.policy)
        is distinct from (excluded.pattern, excluded.schema_like, excluded.table_like, excluded.policy);
    select
        coalesce(array_agg(p.pattern || ' (' || p.policy || ')' order by p.place), '{}'),
        coalesce(jsonb_agg(to_jsonb(p) order by p.place), '[]')
    into after, rows_after
    from changelog.link_policy p;
    if rows_before <> rows_after then
        perform changelog.write_event('changelog.link_policies.changed', by, jsonb_build_object(
            'before', before, 'after', after, 'policies', rows_after));
    end if;
end
$function$;
comment on function changelog.apply_link_policies(text[], text[], text[], text[], jsonb) is
    'Replaces the configured link policies, with an event';
