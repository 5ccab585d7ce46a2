using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>
/// A log as a shop would have written it over some time, and what the handlers derive from it: generated, since to
/// write and handle it takes as long as it is.
/// </summary>
/// <remarks>
/// Each transaction has ten changes of ten tables and an id of its own; two make a request, named r-0, r-1 and so on.
/// There are 200 actors, user-0 to user-199, each five changes are of one record, and a tenth are deletions. Among them
/// are domain events, and an entry in platform.audit_logs for each thousand changes.
/// </remarks>
public static class GeneratedLog
{
    private const int PositionsPerPage = 22_000;

    private const string CreateTables =
        """
        create table public.customers (id uuid primary key, name text);
        do $$
        declare
            name text;
        begin
            foreach name in array
                '{orders,invoices,payments,shipments,returns,visits,notes,offers,items,bookings}'::text[]
            loop
                execute format(
                    'create table public.%I ('
                    'id integer primary key, customer_id uuid references public.customers, status text, '
                    'total numeric(12, 2), note text, city text, created_at timestamptz, updated_at timestamptz)',
                    name);
            end loop;
        end
        $$
        """;

    // each in a transaction of its own, as its id says; leaves the positions of its changes free
    private const string WriteTransactions =
        """
        do $$
        declare
            transactions integer := current_setting('generated.transactions');
            first timestamptz := current_setting('generated.first');
            last timestamptz := current_setting('generated.last');
            started timestamptz;
            context jsonb;
            drawn bigint;
        begin
            for i in 0 .. transactions - 1 loop
                started := first + i * (last - first) / transactions;
                context := jsonb_build_object(
                    'actor_id', 'user-' || i * 7919::bigint % 200, 'request_id', 'r-' || i / 2,
                    'ip_address', '10.0.0.7', 'user_agent', 'Firefox/150', 'version', '2.31.0');
                perform set_config('synchronous_commit', 'off', true);
                drawn := nextval('lib_event.position');
                insert into logs.transaction (
                    position, event__id, xid, logged_at, actor_id, context, db_user, application_name, client_addr)
                values (
                    drawn, gen_random_uuid(), pg_current_xact_id(), started, context ->> 'actor_id', context,
                    'shop', 'shop', '10.1.2.3');
                perform setval('lib_event.position', drawn + 10);
                if i % 10 = 0 then
                    perform lib_event.store('shop.order.paid', context, started);
                end if;
                if i % 100 = 0 then
                    insert into platform.audit_logs (action, resource, record_id, actor_id, performed_at)
                    values ('export', 'public.orders', i, context ->> 'actor_id', started);
                end if;
                commit;
            end loop;
        end
        $$
        """;

    private const string WriteChanges =
        """
        insert into logs.change (
            position, xid, logged_at, op, table_oid, table_schema, table_name, record_id, record_data, previous_data)
        select
            t.position + j, t.xid, t.logged_at, w.op, r.oid, 'public', r.relname, w.id,
            jsonb_build_object(
                'id', w.id,
                'customer_id', '22222222-0000-4000-8000-' || lpad((t.i % 1000)::text, 12, '0'),
                'status', 'paid',
                'total', t.i,
                'note', 'a note of some length for number ' || w.id,
                'city', 'Springfield',
                'created_at', t.logged_at - interval '1 day',
                'updated_at', t.logged_at),
            case when w.op = 'U' then
                jsonb_build_object('status', 'new', 'updated_at', t.logged_at - interval '1 hour')
            end
        from (
            select t.*, row_number() over (order by t.position) - 1 as i
            from logs.transaction t
            where t.application_name = 'shop') t
        cross join generate_series(1, 10) j
        cross join lateral (
            select
                ((t.i * 10 + j) * 7919 % greatest($1 / 5, 1))::integer as id,
                ('{I,U,U,U,U,I,U,U,D,U}'::"char"[])[1 + (t.i + j) % 10] as op) w
        join (
            select c.oid, c.relname, row_number() over (order by c.relname) - 1 as n
            from pg_class c
            where c.relnamespace = 'public'::regnamespace
            and c.relkind = 'r'
            and c.relname <> 'customers') r
            on r.n = (t.i * 31 + j / 4) % 10
        order by t.position, j
        """;

    private const string FirstAndLast = "select min(position), max(position) from logs.change";

    private const string CountAsSwept =
        """
        update changelog.sweep set finished = (select last_value from lib_event.position);
        """;

    private const string CountAsHandled =
        """
        select changelog.register_handler(h.name, 'changes', true) from (values ('enrich'), ('index')) h (name)
        """;

    /// <summary>Fills an installed database that has no log yet.</summary>
    /// <param name="database">The database.</param>
    /// <param name="changes">How many changes.</param>
    /// <param name="before">How long ago the first was made.</param>
    /// <param name="after">In how long the last will be made.</param>
    public static async Task FillAsync(NpgsqlDataSource database, int changes, TimeSpan before, TimeSpan after)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(CreateTables);
        await connection.ExecuteAsync(
            """
            select
                set_config('generated.transactions', ($1 / 10)::text, false),
                set_config('generated.first', (now() - $2)::text, false),
                set_config('generated.last', (now() + $3)::text, false)
            """,
            changes,
            before,
            after);
        await connection.ExecuteAsync(WriteTransactions);
        await connection.ExecuteAsync(WriteChanges, changes);
        await connection.ExecuteAsync("analyze logs.change, logs.transaction");
        await Task.WhenAll(DeriveAsync(database, "derive_details"), DeriveAsync(database, "derive_links"));
        await connection.ExecuteAsync(CountAsSwept);
        await connection.ExecuteAsync(CountAsHandled);
        await connection.ExecuteAsync("vacuum (analyze)");
    }

    // as the handlers do, a page at a time
    private static async Task DeriveAsync(NpgsqlDataSource database, string function)
    {
        await using var connection = await database.OpenConnectionAsync();
        var ends = (await connection.QueryAsync(FirstAndLast))[0];
        for (var position = (long)ends["min"]!; position <= (long)ends["max"]!; position += PositionsPerPage)
        {
            await connection.ExecuteAsync(
                $"""
                select logs.{function}(array_agg(c.position order by c.position), min(c.logged_at), max(c.logged_at))
                from logs.change c
                where c.position >= $1
                and c.position < $2
                having count(*) > 0
                """,
                position,
                position + PositionsPerPage);
        }
    }
}
