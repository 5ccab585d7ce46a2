-- Its parameter was named found, as a variable of PL/pgSQL is, and is renamed: a routine is only replaced where the names of its
-- parameters stay. Only then: one whose text is known already is not made again.
do $migration$
begin
    if exists (
        select
        from pg_catalog.pg_proc p
        where p.oid = to_regprocedure('changelog.follow_foreign_keys(text, text)')
        and 'found' = any (p.proargnames))
    then
        drop function changelog.follow_foreign_keys(text, text);
    end if;
end
$migration$;
