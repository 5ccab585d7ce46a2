-- changelog.guard_timeline(): the guard of a timeline's table: of an entry only deleted_at and updated_at may change.
-- Writes nothing, notifies nothing.
create or replace function changelog.guard_timeline()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - '{deleted_at,updated_at}'::text[] = to_jsonb(old) - '{deleted_at,updated_at}'::text[] then
            return new;
        end if;
    end if;
    raise exception '% of %.% is refused: of a timeline''s entry only deleted_at and updated_at may change',
        tg_op, tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state',
        hint = 'To hide an entry, set its deleted_at; to correct one, hide it and insert another.';
end
$function$;
comment on function changelog.guard_timeline() is 'Guard of a timeline''s table: append-only, but for deleted_at and updated_at';
