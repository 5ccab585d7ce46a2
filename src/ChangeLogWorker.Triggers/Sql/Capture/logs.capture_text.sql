-- logs.capture_text(row, column, most): the stand-in for a column that to_jsonb cannot take, or that is too large.
-- {"changelog:text": text}; beyond most bytes {"changelog:length": bytes, "changelog:sha256": hex} of the text (of a
-- bytea, of its bytes); where the server cannot make the text, {"changelog:length": stored bytes} alone.
-- The text is the type's own output, not a cast, which may be the user's. Writes nothing, notifies nothing.
create or replace function logs.capture_text(captured record, column_name text, most bigint)
    returns jsonb
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    kind regtype;
    content text;
    bytes bytea;
begin
    perform set_config('transaction_read_only', 'on', true);
    execute format('select pg_typeof(($1).%I)', column_name) into kind using captured;
    if kind = 'bytea'::regtype then
        execute format('select ($1).%I', column_name) into bytes using captured;
    else
        execute format('select format(''%%s'', ($1).%I)', column_name) into content using captured;
        if octet_length(content) <= greatest(most, 1000) then
            return jsonb_build_object('changelog:text', content);
        end if;
        bytes := convert_to(content, getdatabaseencoding());
    end if;
    return jsonb_build_object(
        'changelog:length', octet_length(bytes), 'changelog:sha256', encode(sha256(bytes), 'hex'));
exception when others then
    execute format('select pg_column_size(($1).%I)', column_name) into most using captured;
    return jsonb_build_object('changelog:length', most);
end
$function$;
comment on function logs.capture_text(record, text, bigint) is
    'Marker object for a column that jsonb cannot hold: changelog:text, or changelog:length and changelog:sha256';
