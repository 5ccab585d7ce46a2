-- changelog.guard_timeline(): the guard of a timeline's table: an entry's deleted_at and updated_at may change, and an
-- actor who is gone may be nulled by those who do so (link_cleanup). Rewrites by changelog redact pass if its mark is
-- set and the role has the rights of ChangeLog's owner: unlike the log's tables, these may be the application's to
-- update, and it could forge the mark. An AFTER trigger, to see what other triggers made of the row.
-- Writes nothing, notifies nothing.
create or replace function changelog.guard_timeline()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - '{deleted_at,updated_at}'::text[] = to_jsonb(old) - '{deleted_at,updated_at}'::text[] then
            return null;
        end if;
        if current_setting('changelog.redacting', true) = pg_current_xact_id_if_assigned()::text
            and pg_has_role(
                (select p.proowner from pg_proc p where p.oid = 'changelog.guard_timeline'::regproc), 'usage')
            and (new.id, new.event_type, new.occurred_at, new.created_at)
                = (old.id, old.event_type, old.occurred_at, old.created_at)
        then
            return null;
        end if;
        -- a separate if: even an unevaluated function call in an expression needs EXECUTE
        if has_function_privilege('changelog.is_gone_actor(oid, jsonb, jsonb)', 'execute') then
            if changelog.is_gone_actor(tg_relid, to_jsonb(old), to_jsonb(new)) then
                return null;
            end if;
        end if;
    end if;
    raise exception '% of %.% is refused: of a timeline''s entry only deleted_at and updated_at may change',
        tg_op, tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state',
        hint = 'To hide an entry, set its deleted_at; to correct one, hide it and insert another.';
end
$function$;
comment on function changelog.guard_timeline() is
    'Guard of a timeline''s table: append-only, but for deleted_at and updated_at';
