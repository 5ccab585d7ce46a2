-- changelog.set_redaction_key(key, by): makes a text the hashing key, as in RFC 2104. Returns whether the key has
-- changed, in which case it writes the event changelog.redaction_key.changed.
-- Writes changelog.redaction_key, lib_event.event. Notifies lib_event.created.
create or replace function changelog.set_redaction_key(key text, by jsonb default '{}')
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    given bytea := convert_to(key, 'UTF8');
    zero constant bytea := decode('00', 'hex');
    padded bytea;
    new_inner bytea;
    new_outer bytea;
begin
    if octet_length(given) > 64 then
        given := sha256(given);
    end if;
    padded := given || decode(repeat('00', 64 - octet_length(given)), 'hex');
    select
        string_agg(set_byte(zero, 0, get_byte(padded, i) # 54), ''::bytea order by i),
        string_agg(set_byte(zero, 0, get_byte(padded, i) # 92), ''::bytea order by i)
    into new_inner, new_outer
    from generate_series(0, 63) i;
    update changelog.redaction_key k
    set inner_block = new_inner,
        outer_block = new_outer
    where k.inner_block <> new_inner;
    if found then
        perform changelog.write_event('changelog.redaction_key.changed', by);
        return true;
    end if;
    return false;
end
$function$;
comment on function changelog.set_redaction_key(text, jsonb) is 'Sets the hashing key, with an event';
