-- answers for one table, without its oid
drop function if exists changelog.desired_trigger(oid);
