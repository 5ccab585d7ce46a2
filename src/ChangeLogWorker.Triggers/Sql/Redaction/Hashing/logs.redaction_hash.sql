-- logs.redaction_hash(value): HMAC-SHA-256 of a text under this installation's key, so that equal values match and none
-- can be guessed by hashing candidates. Security definer: capture, which runs other people's casts, must not read the
-- key. Refused in a read-only transaction, in which capture runs those casts: they could compare guesses with the log.
-- Hashes the UTF-8 bytes; text that has none (SQL_ASCII) as the database stores it, since no write may fail.
-- Writes nothing, notifies nothing.
create or replace function logs.redaction_hash(value text)
    returns text
    language plpgsql
    stable
    strict
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    bytes bytea;
begin
    if current_setting('transaction_read_only') = 'on' then
        raise exception 'logs.redaction_hash: not in a read-only transaction'
            using errcode = 'read_only_sql_transaction',
                hint = 'Ask in one that may write, on the primary.';
    end if;
    begin
        bytes := convert_to(value, 'UTF8');
    exception when character_not_in_repertoire or untranslatable_character then
        bytes := convert_to(value, getdatabaseencoding());
    end;
    return (
        select 'hmac-sha256:' || encode(sha256(k.outer_block || sha256(k.inner_block || bytes)), 'hex')
        from changelog.redaction_key k);
end
$function$;
comment on function logs.redaction_hash(text) is 'The hash that replaces a value: hmac-sha256: and 64 digits';
