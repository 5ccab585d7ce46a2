-- changelog.adopt_cluster(): notes the log's boundary in the cluster that it was restored into: transaction ids have
-- started over there, and an old row's id may come to look new. Everything up to the boundary is finished, since the
-- lock admits no capture in flight; each handler then goes through it by position (changelog.open_window). Fails with
-- 55P03 while a writing transaction is open: try again. Idempotent.
-- Writes changelog.cluster, changelog.sweep. Notifies nothing.
create or replace function changelog.adopt_cluster()
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    here bigint := (select s.system_identifier from pg_control_system() s);
    finished pg_snapshot;
begin
    -- writers would queue behind a waiting lock
    perform set_config('lock_timeout', '200ms', true);
    begin
        lock table only logs.transaction, only logs.change, only lib_event.event in share row exclusive mode;
    exception when lock_not_available then
        raise exception
            'this log was restored into another cluster, and a transaction that writes is open: it must end first'
            using errcode = 'lock_not_available',
                hint = 'select pid, xact_start, query from pg_stat_activity '
                    'where xact_start is not null order by xact_start';
    end;
    -- before this transaction has an id: a snapshot counts its own as finished
    finished := pg_current_snapshot();
    if (changelog.known_cluster()).number is not null then
        return;
    end if;
    -- another installation's rows may have come with its sequences
    perform changelog.raise_positions();
    insert into changelog.cluster (system_identifier, boundary, boundary_snapshot)
    select here, p.last_value, finished
    from lib_event.position p;
    update changelog.sweep
    set upto = null,
        barrier = null;
end
$function$;
comment on function changelog.adopt_cluster() is
    'After a logical restore: notes the boundary between what came with it and what is new';
