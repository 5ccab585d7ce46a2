-- logs.previous_data(old_data, new_data): the old values of the columns that differ, so that new_data || it = old_data.
-- Compared as text: as jsonb, 1.0 and 1.00 are equal. Text alone misses a JSON column that goes from "1" to 1, so the
-- result is checked, and only then are the values compared with their quotes (measured: half the cost of always so).
-- Writes nothing, notifies nothing. Pins nothing itself, like logs.write_change.
create or replace function logs.previous_data(old_data jsonb, new_data jsonb)
    returns jsonb
    language plpgsql
    immutable
as $function$
declare
    previous jsonb := old_data - array(
        select k.key
        from (select jsonb_object_keys(old_data) as key) k
        where (old_data ->> k.key) is not distinct from (new_data ->> k.key));
begin
    if new_data || previous = old_data then
        return previous;
    end if;
    return (
        select coalesce(jsonb_object_agg(o.key, o.value), '{}')
        from jsonb_each(old_data) o
        where o.value::text is distinct from (new_data -> o.key)::text);
end
$function$;
comment on function logs.previous_data(jsonb, jsonb) is
    'What an update replaced: the old values of the columns whose text differs';
