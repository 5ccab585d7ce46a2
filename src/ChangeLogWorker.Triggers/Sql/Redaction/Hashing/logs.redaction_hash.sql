-- logs.redaction_hash(value): HMAC-SHA-256 of a text under this installation's key, so that equal values can be
-- recognised and none be guessed by hashing what it may be. With the owner's rights: capture itself, which runs
-- casts of others, must not be able to read the key. Not in a read-only transaction: such is the one in which
-- capture runs these casts, which could compare guesses with what is recorded. Of its bytes in UTF-8; of a text that
-- has none (in SQL_ASCII it may be any bytes) as the database has them: no write may fail for it. Writes nothing,
-- notifies nothing.
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
comment on function logs.redaction_hash(text) is 'A value as the way hash records it: hmac-sha256: and 64 digits';
