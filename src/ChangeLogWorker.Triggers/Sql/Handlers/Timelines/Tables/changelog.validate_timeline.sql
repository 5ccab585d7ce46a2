-- changelog.validate_timeline(timeline): validates foreign keys of a timeline's table that were created on existing
-- rows. Blocks no writers. Leaves other people's tables alone. Returns sentences for people.
-- Writes constraints of the timeline's table. Notifies nothing.
create or replace function changelog.validate_timeline(timeline_name text)
    returns setof text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    link record;
begin
    for link in
        select l.*
        from changelog.timeline_link(timeline_name) l
        join changelog.timeline t on t.name = timeline_name and t.foreign_keys
        join pg_class c on c.oid = l.table_oid
        where not l.is_valid
        -- the server queries that table with this role's rights, so code in its owner's indexes would run with them
        and changelog.reads_as_itself(l.referred)
        and pg_has_role(c.relowner, 'usage')
    loop
        begin
            execute format('alter table %s validate constraint %I', link.table_oid, link.constraint_name);
        exception when foreign_key_violation then
            return next format(
                'the foreign key %1$I of %2$s applies only to new rows, '
                'because existing ones refer to missing rows of %3$s. '
                'Add those, or delete such rows with the trigger refuse_change disabled, '
                'and run: alter table %2$s validate '
                'constraint %1$I. ForeignKeys: false drops it',
                link.constraint_name, link.table_oid, link.referred);
        end;
    end loop;
end
$function$;
comment on function changelog.validate_timeline(text) is 'Validates the foreign keys of a timeline''s table';
