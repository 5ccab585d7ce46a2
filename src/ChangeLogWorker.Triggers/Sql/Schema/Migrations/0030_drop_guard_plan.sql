-- returns columns more
drop function if exists changelog.guard_plan();
