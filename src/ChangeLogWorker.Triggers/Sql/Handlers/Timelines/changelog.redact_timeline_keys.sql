-- changelog.redact_timeline_keys(tables, what, key, redacted_key): removes raw values from what timelines keep of rows
-- on the way to their root; what: see changelog.redacted_row. Of an erased record, keys that are numbers or uuids stay,
-- so that rows below it still belong to their root. In rows that refer to one, the columns that hold its key are
-- hashed.
-- Writes changelog.timeline_key. Notifies nothing.
create or replace function changelog.redact_timeline_keys(tables oid[], what jsonb, key text[], redacted_key text[])
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if what ? 'records' then
        update changelog.timeline_key k
        set record_id = case
                when logs.is_anonymous(k.record_id) or k.record_id ~ '^(hmac-)?sha256:' then k.record_id
                else logs.redaction_hash(r.id)
            end,
            keys = case
                when m.is_root then logs.erased_row(k.keys, '{}')
                else logs.erased_row(k.keys, m.tracked)
            end
        from changelog.timeline_table m
        cross join (select jsonb_array_elements_text(what -> 'records')) r (id)
        where m.table_oid = any (tables)
        and k.table_id = m.id
        and k.record_id = logs.index_key(r.id);
        return;
    end if;
    update changelog.timeline_key k
    set record_id = n.new_id,
        keys = n.new_keys
    from (
        select
            o.table_id,
            o.record_id,
            o.position,
            case
                when cardinality(redacted_key) = 0 or not what ? 'columns' and o.record_id ~ '^(hmac-)?sha256:'
                    then o.record_id
                when cardinality(redact_timeline_keys.key) = 1 then logs.redaction_hash(o.record_id)
                when not what ? 'columns' and o.record_id like '%"hmac-sha256:%' then o.record_id
                else logs.index_key(
                    logs.hashed_key(r.content, o.record_id, redact_timeline_keys.key::text, redacted_key))
            end as new_id,
            changelog.redacted_row(o.keys, what, null, null) as new_keys
        from changelog.timeline_table m
        join changelog.timeline_key o on o.table_id = m.id
        cross join lateral (
            -- the key's columns need not be tracked
            select o.keys || coalesce(jsonb_object_agg(c.name, case
                when cardinality(redact_timeline_keys.key) = 1 then to_jsonb(o.record_id)
                when o.record_id like '[%' then o.record_id::jsonb -> (c.place - 1)::integer
            end), '{}')
            from unnest(redact_timeline_keys.key) with ordinality c (name, place)
            where o.record_id !~ '^(hmac-)?sha256:') r (content)
        where m.table_oid = any (tables)
        and case
            when what ? 'columns' then
                changelog.key_of(r.content, array(select jsonb_array_elements_text(what -> 'columns')))
                    = any (array(select jsonb_array_elements_text(what -> 'values')))
            else cardinality(redacted_key) > 0
                or exists (select from unnest(m.tracked) t (name) where t.name ~* (what ->> 'key'))
        end) n
    where k.table_id = n.table_id
    and k.record_id = n.record_id
    and k.position = n.position
    -- runs for each stretch of a redaction: most rows are rewritten in the first
    and (k.record_id <> n.new_id or k.keys <> n.new_keys);
end
$function$;
comment on function changelog.redact_timeline_keys(oid[], jsonb, text[], text[]) is
    'Removes raw values from changelog.timeline_key';
