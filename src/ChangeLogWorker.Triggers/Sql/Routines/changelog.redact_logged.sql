-- changelog.redact_logged(tables, …): takes raw values out of what is logged of some tables at positions beyond one and up to
-- another; returns how many changes it rewrote. Either keys, at any depth (key_expression, key_hint, way), or, with records,
-- every value of these records; then also what is derived: a record's identity in details, links and dead letters, and the
-- links that were made of the values. The handlers stand still meanwhile, or one might derive what is just being rewritten.
-- Writes logs.change, logs.change_details, logs.change_links, changelog.dead_letter. Notifies nothing.
create or replace function changelog.redact_logged(
    tables oid[],
    names text[],
    key_expression text,
    key_hint text,
    way text,
    records text[],
    after bigint,
    until bigint)
    returns bigint
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    rules jsonb := jsonb_build_array(jsonb_build_object('key', key_expression, 'way', way));
    key text[] := (select k.columns from changelog.key_columns(tables[1]) k);
    redacted_key text[] := array(select k.name from unnest(key) k (name) where k.name ~* key_expression);
    links text[] := array(
        select k.via::text
        from logs.foreign_key k
        where k.table_oid = any (tables)
        and (records is not null or exists (select from unnest(k.linked_columns) c (name) where c.name ~* key_expression)));
    boundary bigint := changelog.boundary();
    rewritten bigint;
begin
    perform set_config('changelog.redacting', pg_current_xact_id()::text, true);
    perform from changelog.cursor c order by c.handler for update;
    if records is not null or 'linked_id' ~* key_expression or 'linked_table' ~* key_expression then
        links := links || 'linked_id'::text;
    end if;
    with found as materialized (
        select c.position, c.logged_at, c.record_id, c.record_data, c.previous_data
        from logs.change c
        where c.position > redact_logged.after
        and c.position <= redact_logged.until
        -- what came from another cluster bears the oid that the table had there
        and case
            when c.position > boundary then c.table_oid = any (tables)
            else c.table_schema || '.' || c.table_name = any (names)
        end
        and c.op <> 'T'
        and case
            when records is not null then c.record_id = any (records)
            else c.record_data::text ~* key_hint or c.previous_data::text ~* key_hint
        end
    ), old as materialized (
        select
            f.*,
            case
                when f.record_id is null or f.record_id like 'hmac-sha256:%' then f.record_id
                when records is not null then
                    case when logs.is_anonymous(f.record_id) then f.record_id else logs.redaction_hash(f.record_id) end
                when cardinality(redacted_key) = 0 then f.record_id
                when coalesce(f.record_data ->> redacted_key[1], '[redacted]') ~ '^([[]redacted]|hmac-sha256:)' then f.record_id
                when cardinality(key) = 1 then logs.redaction_hash(f.record_id)
                else logs.hashed_key(f.record_data, f.record_id, key::text, redacted_key)
            end as new_id,
            case
                when records is not null then logs.erased_row(f.record_data, key)
                else logs.redact_keys(f.record_data, rules)
            end as new_data,
            case
                when records is not null then logs.erased_row(f.previous_data, key)
                else logs.redact_keys(f.previous_data, rules)
            end as new_previous
        from found f
    ), different as materialized (
        select *
        from old o
        where (o.record_id, o.record_data, o.previous_data) is distinct from (o.new_id, o.new_data, o.new_previous)
    ), changed as (
        update logs.change c
        set record_id = o.new_id,
            record_data = o.new_data,
            previous_data = o.new_previous
        from different o
        where c.position = o.position
        and c.logged_at = o.logged_at
    ), detailed as (
        update logs.change_details d
        set record_id = logs.index_key(o.new_id)
        from different o
        where d.position = o.position
        and d.logged_at = o.logged_at
        and o.record_id is distinct from o.new_id
    ), unlinked as (
        delete from logs.change_links l
        using different o
        where l.position = o.position
        and l.logged_at = o.logged_at
        and l.via = any (links)
    ), relinked as (
        update logs.change_links l
        set linked_id = logs.index_key(o.new_id)
        from (select distinct d.record_id, d.new_id from different d where d.record_id is distinct from d.new_id) o
        where l.linked_table = any (names)
        and l.linked_id = logs.index_key(o.record_id)
    ), letters as (
        update changelog.dead_letter d
        set record_id = o.new_id
        from different o
        where d.kind = 'change'
        and d.position = o.position
        and o.record_id is distinct from o.new_id
    )
    select count(*) into rewritten from different;
    return rewritten;
end
$function$;
comment on function changelog.redact_logged(oid[], text[], text, text, text, text[], bigint, bigint) is 'Rewrites what is logged, for changelog redact, which leaves an event of it';
