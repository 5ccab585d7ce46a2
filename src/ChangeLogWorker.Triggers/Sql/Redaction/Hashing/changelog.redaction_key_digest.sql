-- changelog.redaction_key_digest(): SHA-256 of the block that RFC 2104 makes of the key of the way hash: whoever has a key finds
-- out whether it is the one in force, without sending it.
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
comment on function changelog.redaction_key_digest() is 'By what the key of the way hash is recognised without being sent';
