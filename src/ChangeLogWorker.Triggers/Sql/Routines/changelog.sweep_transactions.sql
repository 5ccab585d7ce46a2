-- changelog.sweep_transactions(max_positions): finds changes before whose position their transaction has no row, because
-- the application forged capture's marker, writes that row, hands such changes to every handler of changes
-- (changelog.recovered) and leaves an event. Looks only at positions that no running transaction can still fill; returns how many were recovered.
-- Call it in a transaction of its own. Writes logs.transaction, changelog.recovered, changelog.sweep, lib_event.event.
create or replace function changelog.sweep_transactions(max_positions integer default 100000)
    returns integer
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    -- read before this transaction draws its id: who drew a position up to here has a smaller one
    last_drawn bigint := (select s.last_value from lib_event.position s);
    state changelog.sweep;
    looked_at bigint;
    lost record;
    recovered integer := 0;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'changelog.sweep_transactions must be called in a transaction of its own'
            using errcode = 'active_sql_transaction';
    end if;
    select * into state from changelog.sweep s;
    if state.upto is null and state.finished >= last_drawn then
        return 0;
    end if;
    select * into state from changelog.sweep s for update skip locked;
    if not found then
        return 0;
    end if;

    if state.upto is not null and pg_snapshot_xmin(pg_current_snapshot()) > state.barrier then
        looked_at := coalesce((
            select c.position
            from logs.change c
            where c.position > state.finished
            and c.position <= state.upto
            order by c.position
            offset max_positions - 1
            limit 1), state.upto);
        for lost in
            select l.xid, l.logged_at, min(l.position) as first_position
            from logs.change l
            where l.position > state.finished
            and l.position <= looked_at
            and not exists (
                select
                from logs.transaction t
                where t.xid = l.xid
                and t.logged_at = l.logged_at
                and t.position < l.position)
            -- an earlier stretch may have found the same transaction
            and not exists (
                select
                from changelog.recovered r
                where r.xid = l.xid
                and r.logged_at = l.logged_at)
            group by l.xid, l.logged_at
            order by 3
        loop
            perform changelog.recover_transaction(lost.xid, lost.logged_at, lost.first_position);
            recovered := recovered + 1;
        end loop;
        state.finished := looked_at;
        if looked_at = state.upto then
            state.upto := null;
        end if;
    end if;
    if state.upto is null and last_drawn > state.finished then
        state.upto := last_drawn;
        state.barrier := pg_current_xact_id();
    end if;
    update changelog.sweep s
    set finished = state.finished,
        upto = state.upto,
        barrier = state.barrier;
    return recovered;
end
$function$;
