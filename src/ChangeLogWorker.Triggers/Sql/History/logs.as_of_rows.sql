-- logs.as_of_rows(table, moment): the whole table as it was: each record as logs.as_of gives it, with the columns that
-- it had then, also those dropped since. Rows without a later change are read from the table, with the caller's rights,
-- and redacted as in the log.
-- Writes nothing, notifies nothing.
create or replace function logs.as_of_rows(target regclass, moment timestamptz)
    returns table (record_id text, row_data jsonb)
    language plpgsql
    strict
    rows 10000
    set search_path = pg_catalog, pg_temp
    set jit = off
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
    set quote_all_identifiers = off
as $function$
declare
    root constant oid := coalesce(pg_partition_root(target), target);
    plan record;
begin
    begin
        select * into plan from changelog.read_plan(root);
        return query execute format(
            $query$
with past as materialized (
    select * from changelog.past_rows($1, $2, true)
)
select p.record_id, p.row_data
from past p
where p.row_data is not null
union all
select %1$s, %2$s
from %3$s r
cross join lateral (select %4$s as raw offset 0) j
where not exists (select from past p where p.record_id = %1$s)
            $query$,
            plan.key, plan.data, plan.relation, plan.raw)
        using root, moment;
        -- always: the application's code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
end
$function$;
comment on function logs.as_of_rows(regclass, timestamptz) is
    'The whole table as it was: each record as logs.as_of gives it';
