-- Of what refers to a record changelog.plan_erasure speaks: a routine is only replaced where its result stays.
do $migration$
begin
    if exists (
        select
        from pg_catalog.pg_proc p
        where p.oid = to_regprocedure('changelog.referring_columns(oid[], text)')
        and 'refers_to' = any (p.proargnames))
    then
        drop function changelog.referring_columns(oid[], text);
    end if;
end
$migration$;
