-- logs.change_action(op, record_data, previous_data): a change's action: create, update, delete, soft_delete, restore,
-- truncate, snapshot. Inlined. Writes nothing, notifies nothing.
create or replace function logs.change_action(op "char", record_data jsonb, previous_data jsonb)
    returns text
    language sql
    immutable
    parallel safe
as $function$
    select case op
        when 'I' then 'create'
        when 'D' then 'delete'
        when 'T' then 'truncate'
        when 'S' then 'snapshot'
        else case
            when not previous_data operator(pg_catalog.?) 'deleted_at' then 'update'
            when previous_data operator(pg_catalog.->>) 'deleted_at' is null then 'soft_delete'
            when record_data operator(pg_catalog.->>) 'deleted_at' is null then 'restore'
            else 'update'
        end
    end
$function$;
comment on function logs.change_action("char", jsonb, jsonb) is
    'A change''s action: create, update, soft_delete ...';
