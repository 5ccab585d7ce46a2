-- changelog.make_partitions: creates the monthly partitions of the log from this month on, months ahead, bounds in UTC.
-- LIKE and ATTACH, never "partition of", which locks the log against every writer. A month for which the default
-- partition already holds rows is reported and left to it. Statement triggers are not cloned, so each partition gets
-- the root's guards against TRUNCATE. Returns what was created, and what could not be and why.
-- Writes partitions of logs.transaction, change, change_details and change_links, notifies nothing.
create or replace function changelog.make_partitions(months integer)
returns table (
    partition_name text,
    made boolean,
    reason text
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '3s'
as $function$
declare
    this_month constant timestamp := date_trunc('month', statement_timestamp() at time zone 'UTC');
    parent text;
    lower_bound timestamp;
    guard text;
begin
    perform changelog.take_lock('partitions', '3 seconds');
    foreach parent in array array['transaction', 'change', 'change_details', 'change_links'] loop
        for lower_bound in
            select * from generate_series(this_month, this_month + make_interval(months => months), interval '1 month')
        loop
            partition_name := format('%s_%s', parent, to_char(lower_bound, 'YYYY_MM'));
            continue when to_regclass(format('logs.%I', partition_name)) is not null;
            begin
                execute format('create table logs.%I (like logs.%I including all)', partition_name, parent);
                execute format('revoke all on table logs.%I from public', partition_name);
                execute format('alter table logs.%I attach partition logs.%I for values from (%L) to (%L)',
                    parent,
                    partition_name,
                    to_char(lower_bound, 'YYYY-MM-DD 00:00:00+00'),
                    to_char(lower_bound + interval '1 month', 'YYYY-MM-DD 00:00:00+00'));
                made := true;
                reason := null;
            exception when check_violation then
                made := false;
                reason := format('logs.%s_default already holds rows of this month', parent);
            end;
            return next;
        end loop;

        for guard in
            select format('create trigger %I %s truncate on %s for each statement execute function %s()',
                       t.tgname,
                       case when t.tgtype & 2 = 2 then 'before' else 'after' end,
                       leaf.relid,
                       t.tgfoid::regproc)
            from pg_partition_tree(format('logs.%I', parent)::regclass) leaf
            join pg_trigger t on t.tgrelid = format('logs.%I', parent)::regclass and t.tgtype & 33 = 32
            where leaf.isleaf
              and not exists (select from pg_trigger own where own.tgrelid = leaf.relid and own.tgname = t.tgname)
        loop
            execute guard;
        end loop;
    end loop;
end
$function$;
