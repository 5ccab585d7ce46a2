-- changelog.sweep_links(link_table, first_block, blocks, is_plan): checks the links in a block range of a table and
-- clears those whose target is gone, by the same rules as changelog.clean_links; with is_plan it only reports them.
-- next_block is null after the last range. examples: targets that are gone. With row counts: unresolved, names that
-- match no table or several; unkeyed, names of tables without a key of the server's own types. One undecidable target
-- holds up no other.
-- Writes the table; its own changes have the actor changelog.
create or replace function changelog.sweep_links(
    link_table oid,
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
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    cleaner constant jsonb := '{"actor_id": "changelog", "reason": "the linked record is gone"}';
    size constant bigint := pg_relation_size(link_table) / current_setting('block_size')::integer;
    s record;
    named record;
    part tid[];
    gone tid[] := '{}';
    unseen bigint := 0;
    unseen_reason text;
begin
    next_block := case when first_block + blocks < size then first_block + blocks end;
    dangling := 0;
    cleared := 0;
    failed := 0;
    examples := '{}';
    unresolved := '{}';
    unkeyed := '{}';
    begin
        select l.* into s from changelog.scan_links(link_table, first_block, blocks) l;
    exception
        when lock_not_available then
            next_block := null;
            reason := 'another session has locked the table: the next sweep looks again';
            return;
        when others then
            next_block := null;
            reason := changelog.link_problem(link_table, sqlstate, sqlerrm);
            return;
    end;
    for named in
        select
            l.name, changelog.link_target(l.name) as target, array_agg(l.row_at) as rows_at, array_agg(l.name) as names,
            array_agg(l.id) as ids
        from unnest(s.rows_at, s.names, s.ids) l (row_at, name, id)
        group by l.name
        order by l.name
    loop
        if named.target is null then
            unresolved := unresolved || jsonb_build_object(named.name, cardinality(named.rows_at));
            continue;
        end if;
        if changelog.lookup_condition(named.target) is null then
            unkeyed := unkeyed || jsonb_build_object(named.name, cardinality(named.rows_at));
            continue;
        end if;
        begin
            part := changelog.dangling_links(named.rows_at, named.names, named.ids);
            gone := gone || part;
            if cardinality(part) > 0 and cardinality(examples) < 3 then
                examples := examples || array(
                    select distinct l.name || ' ' || l.id
                    from unnest(named.rows_at, named.names, named.ids) l (row_at, name, id)
                    join unnest(part) g (row_at) on g.row_at = l.row_at
                    order by 1
                    limit 3 - cardinality(examples));
            end if;
        exception
            when lock_not_available then
                unseen := unseen + cardinality(named.rows_at);
                unseen_reason := format(
                    'another session has locked %s: the next sweep looks again', named.target::regclass);
            when others then
                unseen := unseen + cardinality(named.rows_at);
                -- other messages may be the application's, and quote a row
                unseen_reason := case
                    when sqlstate = '42501' and sqlerrm like 'cannot tell whether records of %' then sqlerrm
                    else format('cannot tell whether records of %s are gone (%s)', named.target::regclass, sqlstate)
                end;
        end;
    end loop;
    dangling := cardinality(gone);
    if dangling > 0 and not is_plan then
        begin
            perform changelog.set_context(cleaner);
            select c.cleared, c.failed, c.reason into cleared, failed, reason
            from changelog.clear_links(link_table, gone, true) c;
            -- a trigger of the application may have set another actor
            perform changelog.set_context(cleaner);
        exception
            when lock_not_available then
                failed := dangling;
                reason := 'another session has locked the table: the next sweep looks again';
            when others then
                failed := dangling;
                reason := changelog.link_problem(link_table, sqlstate, sqlerrm);
        end;
    end if;
    failed := failed + unseen;
    reason := coalesce(unseen_reason, reason);
end
$function$;
comment on function changelog.sweep_links(oid, bigint, integer, boolean) is
    'Clears the dangling links in a block range of a table';
