-- changelog.clean_links(positions, logged_from, logged_until): the handler link_cleanup: clears the links to records that a page's
-- changes delete, by the policies in force. A record that is there again keeps its links. What is too much for one
-- transaction (a table that was emptied, a record with very many links) is left to the next sweep. Locks tables and
-- rows in one order. Writes the tables with links, changelog.link_sweep; its own changes are the actor changelog's.
create or replace function changelog.clean_links(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    most constant integer := 10000;
    tries constant integer := 3;
    cleaner constant jsonb := '{"actor_id": "changelog", "reason": "the record that was linked to is gone"}';
    deleted record;
    holder record;
    l record;
    gone tid[];
    targets oid[] := '{}';
    spellings jsonb := '{}';
    keys jsonb := '{}';
begin
    for deleted in
        select d.table_oid, array_agg(distinct d.id) filter (where d.id is not null) as ids, bool_or(d.op = 'T') as emptied
        from (
            select
                c.op,
                -- what came from another cluster bears the oid that the table had there
                case
                    when c.position > (select changelog.boundary()) then c.table_oid
                    else to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
                end as table_oid,
                i.id
            from logs.page_changes(positions, logged_from, logged_until) c
            cross join lateral (
                select c.record_id
                union
                -- of a char(n): whether that is the record is asked of its table
                select rtrim(c.record_id)
                union
                select c.record_data ->> 'id' where c.op = 'D') i (id)
            where c.op in ('D', 'T')) d
        join pg_class k on k.oid = d.table_oid
        group by d.table_oid
        order by d.table_oid
    loop
        targets := targets || deleted.table_oid;
        spellings := spellings || jsonb_build_object(deleted.table_oid, changelog.link_names(deleted.table_oid));
        keys := keys || jsonb_build_object(deleted.table_oid, case when not deleted.emptied then to_jsonb(deleted.ids) end);
    end loop;
    if cardinality(targets) = 0 then
        return;
    end if;

    for holder in select t.* from changelog.link_tables() t where t.policy in ('nullify', 'delete') order by t.table_oid
    loop
        begin
            -- a row that was changed while this waited for it is looked for again
            for try in 1..tries loop
                gone := '{}';
                for l in
                    select f.*
                    from unnest(targets) t (target)
                    cross join lateral changelog.find_links(
                        holder.table_oid,
                        array(select jsonb_array_elements_text(spellings -> t.target::text)),
                        case when jsonb_typeof(keys -> t.target::text) = 'array'
                             then array(select jsonb_array_elements_text(keys -> t.target::text)) end,
                        most) f
                    where f.rows_at is not null
                loop
                    if cardinality(l.rows_at) = most then
                        update changelog.link_sweep set requested_at = clock_timestamp();
                    end if;
                    gone := gone || changelog.gone_links(l.rows_at, l.found_names, l.found_ids);
                end loop;
                exit when cardinality(gone) = 0;
                perform changelog.set_context(cleaner);
                perform changelog.clear_links(holder.table_oid, gone, false);
                -- a trigger of the application may have said that it was somebody else
                perform changelog.set_context(cleaner);
            end loop;
        exception when others then
            -- time may cure these
            if left(sqlstate, 2) in ('40', '53', '57', '58') or sqlstate = '55P03' then
                raise;
            end if;
            raise exception '%', changelog.link_problem(holder.table_oid, sqlstate, sqlerrm)
            using errcode = case when left(sqlstate, 2) = '22' then '23000' else sqlstate end;
        end;
    end loop;
end
$function$;
comment on function changelog.clean_links(bigint[], timestamptz, timestamptz) is 'Clears the links to records that a page''s changes delete';
