-- changelog.redaction_key_digest(): SHA-256 of the block that RFC 2104 derives from the hashing key: detects a changed
-- key without sending it.
-- Writes nothing, notifies nothing.
create or replace function changelog.redaction_key_digest()
    returns bytea
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select sha256(k.inner_block)
    from changelog.redaction_key k
$function$;
comment on function changelog.redaction_key_digest() is
    'Digest that detects a changed hashing key';
