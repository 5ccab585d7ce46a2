-- changelog.pinned_settings(types): the settings that the text of these types depends on, in the format of
-- pg_proc.proconfig; null if there are none. Pinned, or one row would yield several texts. For ranges, catalog names
-- and extension types any setting may matter. For the rest, to_jsonb has one format for dates and times.
-- Writes nothing, notifies nothing.
create or replace function changelog.pinned_settings(types oid[])
    returns text[]
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select array_agg(s.setting order by s.place)
        from (
            select bool_or(
                    t.typtype in ('r', 'm')
                    or t.typname like 'reg%'
                    or t.oid >= 16384 and t.typtype = 'b' and t.typcategory <> 'A') as any,
                bool_or(t.oid = 'timestamptz'::regtype) as zone,
                bool_or(t.oid = 'interval'::regtype) as span,
                bool_or(t.oid = 'bytea'::regtype) as bytes,
                bool_or(t.oid in ('float4'::regtype, 'float8'::regtype) or t.typcategory = 'G') as floats
            from pg_type t
            where t.oid = any (types)) h
        cross join lateral (values
            (1, h.any, 'search_path=pg_catalog, pg_temp'),
            (2, h.any or h.zone, 'TimeZone=UTC'),
            (3, h.any, 'DateStyle=ISO, MDY'),
            (4, h.any or h.span, 'IntervalStyle=postgres'),
            (5, h.any or h.bytes, 'bytea_output=hex'),
            (6, h.any or h.floats, 'extra_float_digits=1')) s (place, is_needed, setting)
        where s.is_needed);
end
$function$;
comment on function changelog.pinned_settings(oid[]) is
    'The settings that the text of some types depends on, in the format of pg_proc.proconfig';
