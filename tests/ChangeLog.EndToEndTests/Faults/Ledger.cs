namespace ChangeLog.EndToEndTests.Faults;

/// <summary>The books of a <see cref="Load"/>: each statement gives a line for whatever does not balance.</summary>
internal static class Ledger
{
    /// <summary>Every transaction that the writers ($1) know to be committed is in both tables, and no other.</summary>
    /* language=sql */
    public const string Tables =
        """
        select format('entry %s: committed %s, in the table %s', id, c.id is not null, e.id is not null)
        from unnest($1::bigint[]) c (id)
        full join public.entry e using (id)
        where c.id is null or e.id is null
        union all
        select format('tally of writer %s is %s, its entries are %s', t.writer, t.n, count(e.id))
        from public.tally t
        left join public.entry e on e.id / 1000000 = t.writer
        group by t.writer, t.n
        having t.n <> count(e.id)
        """;

    /// <summary>The log has each insert once, each update of a tally once, and nothing else of these tables.</summary>
    /* language=sql */
    public const string Log =
        """
        with expected as (
            select 'entry I ' || id as change
            from public.entry
            union all
            select 'tally I ' || writer || ' 0'
            from public.tally
            union all
            select format('tally U %s %s', t.writer, g)
            from public.tally t
            cross join generate_series(1, t.n) g
        ),
        logged as (
            select concat_ws(' ', c.table_name, c.op, c.record_id, c.record_data ->> 'n') as change
            from logs.change c
            where c.table_schema = 'public'
            and c.table_name in ('entry', 'tally')
        )
        (select 'not in the log: ' || change from (select change from expected except all select change from logged) m)
        union all
        (select 'too often in the log: ' || change
            from (select change from logged except all select change from expected) m)
        """;

    /// <summary>Each transaction in the log has its one row.</summary>
    /* language=sql */
    public const string Transactions =
        """
        select format('transaction %s has %s rows', x.xid, count(t.xid))
        from (select distinct xid from logs.change) x
        left join logs.transaction t on t.xid = x.xid
        group by x.xid
        having count(t.xid) <> 1
        union all
        select format('transaction %s was recovered', xid)
        from changelog.recovered
        """;

    /// <summary>Each handled change is in the table once; it has no key that could refuse a second row.</summary>
    /* language=sql */
    public const string Details =
        """
        (select 'not handled: ' || position
         from (select position from logs.change except all select position from logs.change_details) m)
        union all
        (select 'handled too often: ' || position
         from (select position from logs.change_details except all select position from logs.change) m)
        union all
        select format('behind: %s', handler)
        from changelog.handler_behind
        """;

    /// <summary>Each change and each event was handed to a handler of both once (WorkerFleet's, in SQL).</summary>
    /* language=sql */
    public const string Seen =
        """
        with written as (
            select position from logs.change
            union all
            select position from lib_event.event
        )
        (select 'never seen: ' || position
         from (select position from written except all select position from public.seen) m)
        union all
        (select 'seen too often: ' || position
         from (select position from public.seen except all select position from written) m)
        """;

    /// <summary>Whether nothing is left to handle.</summary>
    /* language=sql */
    public const string Drained =
        """
        select not exists (select from changelog.handler_behind)
        and exists (select from changelog.cursor where handler = 'seen')
        and (select count(*) from logs.change_details) >= (select count(*) from logs.change)
        """;
}
