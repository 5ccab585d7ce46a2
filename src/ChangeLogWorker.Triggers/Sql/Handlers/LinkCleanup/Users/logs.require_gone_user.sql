-- logs.require_gone_user(): the second half of the guard logs.refuse_change('deleted user'), which lets a statement
-- null user_id: checks, once per statement, that those users no longer exist. Where users cannot be read, a foreign
-- key's own SET NULL is let through, or deleting a user would fail. Security definer, to read them.
-- Writes nothing, notifies nothing.
create or replace function logs.require_gone_user()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    ids uuid[];
begin
    -- changelog redact: see logs.refuse_change
    if current_setting('changelog.redacting', true) = pg_current_xact_id_if_assigned()::text then
        return null;
    end if;
    ids := array(select distinct o.user_id from old_rows o where o.user_id is not null);
    if ids <@ coalesce(changelog.gone_users(ids), '{}') then
        return null;
    end if;
    -- fires after the foreign key's own trigger has ended; the first half has recognised that case
    if exists (
        select
        from pg_constraint f
        where f.conrelid = tg_relid
        and f.contype = 'f'
        and f.confdeltype = 'n'
        and ids <@ coalesce(changelog.absent_users(f.confrelid, ids), ids))
    then
        return null;
    end if;
    raise exception '% of %.% is refused: what ChangeLog has recorded is never changed',
        tg_op, tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state',
        hint = 'user_id is nulled automatically when the user is gone. To remove raw values: changelog redact.';
end
$function$;
comment on function logs.require_gone_user() is 'Guard: user_id may be nulled only if the user is gone';
