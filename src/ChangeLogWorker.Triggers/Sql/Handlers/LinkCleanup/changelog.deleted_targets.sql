-- changelog.deleted_targets(positions, logged_from, logged_until): the records that a page's changes delete, one
-- element per table: the texts by which a linked_table refers to it, and the ids; null if it was truncated. Passed by
-- the handler link_cleanup to the session that clears links. Writes nothing, notifies nothing.
create or replace function changelog.deleted_targets(
    positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = auto
as $function$
begin
    -- planning costs a small page more than everything else; the plan of a large one must know its size
    perform set_config(
        'plan_cache_mode',
        case when cardinality(positions) <= 100 then 'force_generic_plan' else 'force_custom_plan' end,
        true);
    -- of most pages this is all
    if not exists (
        select
        from logs.page_changes(positions, logged_from, logged_until) c
        where c.op in ('D', 'T'))
    then
        return '[]';
    end if;
    return (
        select coalesce(
            jsonb_agg(
                jsonb_build_object('names', changelog.link_names(d.table_oid), 'ids', d.ids) order by d.table_oid),
            '[]')
        from (
            select
                c.table_oid,
                case
                    when not bool_or(c.op = 'T')
                        then coalesce(jsonb_agg(distinct c.id) filter (where c.id is not null), '[]')
                end as ids
            from (
                select
                    c.op,
                    -- changes from another cluster have that cluster's table oid
                    case
                        when c.position > (select changelog.boundary()) then c.table_oid
                        else to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
                    end as table_oid,
                    i.id
                from logs.page_changes(positions, logged_from, logged_until) c
                cross join lateral (
                    select c.record_id
                    union
                    -- for a char(n) ask the table whether that is the record
                    select rtrim(c.record_id)
                    union
                    select c.record_data ->> 'id' where c.op = 'D') i (id)
                where c.op in ('D', 'T')) c
            join pg_class k on k.oid = c.table_oid
            group by c.table_oid) d);
end
$function$;
comment on function changelog.deleted_targets(bigint[], timestamptz, timestamptz) is
    'The records that a page''s changes delete, for the session that clears links';
