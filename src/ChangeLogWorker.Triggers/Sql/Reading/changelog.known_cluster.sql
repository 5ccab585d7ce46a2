-- changelog.known_cluster(): the cluster that this log lives in; null if it was restored into another one that no
-- worker has adopted yet. Transaction ids and snapshots belong to a cluster, not to a database: a copy within one
-- cluster needs no adoption. In PL/pgSQL, which caches the plan.
-- Writes nothing, notifies nothing.
create or replace function changelog.known_cluster()
    returns changelog.cluster
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    known changelog.cluster;
begin
    select c.*
    into known
    from changelog.cluster c
    where c.number = (select max(l.number) from changelog.cluster l)
    and c.system_identifier = (select s.system_identifier from pg_control_system() s)
    -- only the first has no boundary: others before it came with a restore of the rows alone
    and (c.boundary > 0 or not exists (select from changelog.cluster o where o.number < c.number));
    return known;
end
$function$;
comment on function changelog.known_cluster() is
    'The cluster that this log lives in; null: restored into another, and not yet adopted';
