-- platform.link_gone(linked_table, linked_id): whether the record that a row of activity_logs or audit_logs links to is
-- gone; null without a link, or if its name matches no table or several. For tables that keep their links. One look-up
-- by key each, so only for rows that are shown. Writes nothing, notifies nothing.
create or replace function platform.link_gone(linked_table text, linked_id uuid)
    returns boolean
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when linked_id is not null and t.target is not null
            then cardinality(changelog.absent_targets(t.target, array[linked_id::text])) > 0
    end
    from (select changelog.link_target(linked_table) as target) t
$function$;
comment on function platform.link_gone(text, uuid) is
    'Whether the record that a row links to is gone: select *, platform.link_gone(linked_table, linked_id) from '
    'platform.audit_logs';
