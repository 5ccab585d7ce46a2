using ChangeLog.Handlers.Activity;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.Indexing;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>Shorthands of the tests of the schema platform.</summary>
internal static class Derived
{
    /// <summary>Drains the handlers that fill the schema, with these settings.</summary>
    public static async Task DeriveAsync(this TestDatabase database, ActivityOptions? options = null)
    {
        await using var worker = new Worker(
            database.DataSource, 1000, 10_000, new EnrichHandler(), new IndexHandler(),
            new ActivityHandler(options ?? new()));
        await worker.RegisterAsync();
        await worker.DrainAsync();
    }

    /// <summary>The same, and the sweep, which no transaction of other tests must hold up.</summary>
    public static async Task DeriveAndSweepAsync(this TestDatabase database)
    {
        await database.DeriveAsync();
        var last = await database.ScalarAsync<long>("select max(position) from logs.change");
        await Eventually.TrueAsync("the sweep has looked at all", async () =>
        {
            await database.ExecuteAsync("select changelog.sweep_transactions()");
            return await database.ScalarAsync<bool>("select finished >= $1 from changelog.sweep", last);
        });
    }

    /// <summary>Name, type, whether it may be null, default: a column a line, as its document has them.</summary>
    public static Task<IReadOnlyList<string>> ColumnsAsync(this TestDatabase database, string table) =>
        database.LinesAsync(
        """
        select
            a.attname,
            pg_catalog.format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then 'not null' else 'null' end,
            coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '-')
        from pg_catalog.pg_attribute a
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = $1::regclass
        and a.attnum > 0
        and not a.attisdropped
        order by a.attnum
        """,
        table);

    public static Task<IReadOnlyList<string>> IndexesAsync(this TestDatabase database, string table) =>
        database.LinesAsync(
        "select replace(indexdef, ' USING btree', '') from pg_indexes where schemaname || '.' || tablename = $1 "
            + "order by indexname",
        table);

    public static Task<IReadOnlyList<string>> ForeignKeysAsync(this TestDatabase database, string table) =>
        database.LinesAsync(
        """
        select conname, pg_catalog.pg_get_constraintdef(oid)
        from pg_catalog.pg_constraint
        where conrelid = $1::regclass
        and contype = 'f'
        order by conname
        """,
        table);
}
