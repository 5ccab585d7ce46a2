-- changelog.net_changes(root, since, until): what has become of a table's records between two moments: one change for
-- each record that differs, whatever happened to it meanwhile. A changed key is one record deleted and another created.
-- Writes nothing, notifies nothing.
create or replace function changelog.net_changes(root oid, since timestamptz, until timestamptz)
    returns table (record_id text, action text, record_data jsonb, previous_data jsonb)
    language plpgsql
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
    plan record;
begin
    begin
        select * into plan from changelog.read_plan(root);
        return query execute format(
            $query$
with old as materialized (
    select * from changelog.past_rows($1, $2, false)
), new as materialized (
    select * from changelog.past_rows($1, $3, false)
), changed as materialized (
    select o.record_id from old o
    union
    select n.record_id from new n
), present (record_id, row_data) as materialized (
    select %1$s, %2$s
    from %3$s r
    cross join lateral (select %4$s as raw offset 0) j
    where %1$s in (select c.record_id from changed c)
)
select c.record_id, k.*
from changed c
left join old o on o.record_id = c.record_id
left join new n on n.record_id = c.record_id
left join present p on p.record_id = c.record_id
cross join lateral changelog.net_change(
    case when o.record_id is null then p.row_data else o.row_data end,
    case when n.record_id is null then p.row_data else n.row_data end) k
where k.action is not null
            $query$,
            plan.key, plan.data, plan.relation, plan.raw)
        using root, since, until;
        -- always: the application's code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
end
$function$;
comment on function changelog.net_changes(oid, timestamptz, timestamptz) is
    'What has become of a table''s records between two moments';
