-- changelog.sweep_transactions(max_positions): finds changes that precede their transaction's row because its writer
-- suppressed it (whoever may set changelog.marked can), writes that row, queues the changes for every handler of
-- changes (changelog.recovered) and writes an event. Covers only positions that no running transaction can still fill.
-- Returns how many transactions were recovered. Call it in a transaction of its own.
-- Writes logs.transaction, changelog.recovered, changelog.sweep, lib_event.event.
create or replace function changelog.sweep_transactions(max_positions integer default 100000)
    returns integer
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
declare
    -- read before this transaction draws its id: whoever drew a position up to here has a lower one
    last_drawn bigint := (select s.last_value from lib_event.position s);
    state changelog.sweep;
    looked_at bigint;
    -- bounded, so that a call stays within the statement timeout
    max_recovered constant integer := 500;
    xids xid8[];
    logged_ats timestamptz[];
    first_positions bigint[];
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
        select
            array_agg(lost.xid order by lost.first_position),
            array_agg(lost.logged_at order by lost.first_position),
            array_agg(lost.first_position order by lost.first_position)
        into xids, logged_ats, first_positions
        from (
            select l.xid, l.logged_at, min(l.position) as first_position
            from logs.change l
            where l.position > state.finished
            and l.position <= looked_at
            -- one look-up each, never a hash of all transactions
            and (
                select t.position
                from logs.transaction t
                where t.xid = l.xid
                and t.logged_at = l.logged_at) < l.position is not true
            -- an earlier stretch may have found the same transaction
            and not exists (
                select
                from changelog.recovered r
                where r.xid = l.xid
                and r.logged_at = l.logged_at)
            group by l.xid, l.logged_at
            order by 3
            limit max_recovered) lost;
        if xids is not null then
            perform changelog.recover_transactions(xids, logged_ats, first_positions);
            recovered := cardinality(xids);
        end if;
        if recovered = max_recovered then
            looked_at := first_positions[max_recovered];
        end if;
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
