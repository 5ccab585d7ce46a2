-- changelog.redacted_id(record_id, what, key, old_data, new_data): the record_id of a row that changelog redact rewrote
-- from old to new: hashed where its key was. what: see changelog.redacted_row.
-- Writes nothing, notifies nothing.
create or replace function changelog.redacted_id(record_id text, what jsonb, key text[], old_data jsonb, new_data jsonb)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when record_id is null or record_id like 'hmac-sha256:%' then record_id
        when what ? 'records' then
            case when logs.is_anonymous(record_id) then record_id else logs.redaction_hash(record_id) end
        -- a dropped table's key is unknown
        when key is null then
            case
                when exists (
                    select
                    from unnest(h.names) c (name)
                    where old_data ->> c.name = record_id
                    or record_id like '[%' and strpos(record_id, (old_data -> c.name)::text) > 0)
                    then logs.redaction_hash(record_id)
                else record_id
            end
        when not h.names && key then record_id
        when cardinality(key) = 1 then logs.redaction_hash(record_id)
        else logs.hashed_key(
            old_data, record_id, key::text, array(select unnest(key) intersect select unnest(h.names)))
    end
    from (select array(
        select c.name
        from jsonb_object_keys(old_data) c (name)
        where old_data -> c.name is distinct from new_data -> c.name)) h (names)
$function$;
