-- The current coverage of each table, and since when it has had no gap: a rename starts a new row of
-- changelog.coverage, but is no gap.
create or replace view changelog.current_coverage as
with recursive unbroken as (
    select id, table_oid, captured, reason, valid_from
    from changelog.coverage
    where valid_until is null
    union all
    select before.id, before.table_oid, now.captured, now.reason, before.valid_from
    from unbroken now
    join changelog.coverage before
        on before.table_oid = now.table_oid
        and before.valid_until = now.valid_from
        and before.id < now.id
    where now.captured
    and before.captured
)
select
    table_oid,
    captured,
    reason,
    min(valid_from) as since
from unbroken
group by table_oid, captured, reason;
comment on view changelog.current_coverage is
    'Whether each table is captured now, why not, and since when without a gap';
