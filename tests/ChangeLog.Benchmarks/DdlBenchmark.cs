using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.Benchmarks;

/// <summary>What following DDL costs, by statement and for a migration: with and without event triggers.</summary>
/// <remarks>
/// Processor time of the session itself, which others on the machine disturb less than the clock; a session's first
/// statements, which make the plans that it keeps, are measured apart.
/// </remarks>
internal static class DdlBenchmark
{
    private const int Tables = 375;
    private const int Repetitions = 40;

    private const string Used =
        /* language=sql */ "select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6";

    private const string Empty =
        /* language=sql */ "drop schema public cascade; create schema public";

    // {0} is the number of the repetition
    private static readonly string[] EventTriggers = ["changelog_ddl", "changelog_drop", "changelog_rewrite"];

    private static readonly (string What, string Sql)[] Kinds =
    [
        ("create table", "create table public.a{0} (id integer primary key, name text, parent integer, extra jsonb)"),
        ("create table with a foreign key",
            "create table public.b{0} (id integer primary key, parent integer references public.a{0})"),
        ("alter table add column", "alter table public.a{0} add column more text"),
        ("alter table rename column", "alter table public.a{0} rename column more to less"),
        ("alter table alter column type", "alter table public.a{0} alter column less type varchar(40)"),
        ("alter table add foreign key", "alter table public.a{0} add foreign key (parent) references public.b{0}"),
        ("create index", "create index i{0} on public.a{0} (name)"),
        ("drop index", "drop index public.i{0}"),
        ("create unique index that is no key", "create unique index u{0} on public.a{0} (name)"),
        ("alter table drop primary key", "alter table public.b{0} drop constraint b{0}_pkey cascade"),
        ("create unique index that is the key", "create unique index k{0} on public.b{0} (id)"),
        ("drop index that is the key", "drop index public.k{0}"),
        ("comment", "comment on table public.a{0} is 'a table'"),
        ("grant", "grant select on public.a{0} to public"),
        ("drop table", "drop table public.b{0} cascade"),
    ];

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        Console.WriteLine($"DDL, processor time of the session, ms a statement ({database.ServerVersion})");
        foreach (var tables in new[] { 0, Tables })
        {
            await MeasureKindsAsync(database, tables);
        }

        await MeasureMigrationAsync(database);
    }

    private static async Task MeasureKindsAsync(BenchDatabase database, int tables)
    {
        var times = new Dictionary<bool, double[]>();
        var first = new Dictionary<bool, double>();
        foreach (var followed in new[] { false, true })
        {
            await FollowAsync(database, followed);
            await database.ExecuteAsync(Empty);
            await using (var prepared = await database.DataSource.OpenConnectionAsync())
            {
                await RunAsync(prepared, Migration().Take(tables * 4));
            }

            NpgsqlConnection.ClearAllPools();
            await using var session = await database.DataSource.OpenConnectionAsync();
            first[followed] = await TimeAsync(
                session,
                ["create table public.first (id integer primary key)", "alter table public.first add name text"]);
            times[followed] = new double[Kinds.Length];
            for (var kind = 0; kind < Kinds.Length; kind++)
            {
                var numbered = Numbered(Kinds[kind].Sql);
                var used = await TimeAsync(session, Enumerable.Range(0, Repetitions).Select(numbered));
                times[followed][kind] = used / Repetitions;
            }
        }

        Console.WriteLine();
        Console.WriteLine($"| beside {tables} tables | without | with | ours |");
        Console.WriteLine("|---|---|---|---|");
        Line("(the first two statements of a session)", first[false], first[true]);
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            Line(Kinds[kind].What, times[false][kind], times[true][kind]);
        }
    }

    private static async Task MeasureMigrationAsync(BenchDatabase database)
    {
        var times = new Dictionary<bool, double>();
        foreach (var followed in new[] { false, true })
        {
            await FollowAsync(database, followed);
            await database.ExecuteAsync(Empty);
            NpgsqlConnection.ClearAllPools();
            await using var session = await database.DataSource.OpenConnectionAsync();
            times[followed] = await TimeAsync(session, Migration());
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A migration of {Tables} tables, {Migration().Count()} statements: {times[false]:0} ms without, "
            + $"{times[true]:0} with, ratio {times[true] / times[false]:0.0}"));
    }

    /// <summary>As those of frameworks are: tables with indexes and comments, foreign keys, what came later.</summary>
    private static IEnumerable<string> Migration()
    {
        for (var i = 0; i < Tables; i++)
        {
            yield return $"create table public.m{i} (id bigint generated always as identity primary key, "
                + "name text not null, secret_note text, data jsonb, created_at timestamptz not null default now(), "
                + "total numeric(10, 2), parent bigint)";
            yield return $"create index on public.m{i} (created_at)";
            yield return $"create unique index on public.m{i} (name)";
            yield return $"comment on table public.m{i} is 'table {i}'";
        }

        for (var i = 1; i < Tables; i++)
        {
            yield return $"alter table public.m{i} add foreign key (parent) references public.m{i / 2}";
        }

        for (var i = 0; i < Tables; i += 2)
        {
            yield return $"alter table public.m{i} add column extra text";
        }
    }

    private static Task FollowAsync(BenchDatabase database, bool followed) => database.ExecuteAsync(string.Join(
        "; ",
        EventTriggers
            .Select(name => $"alter event trigger {name} {(followed ? "enable" : "disable")}")));

    private static async Task<double> TimeAsync(NpgsqlConnection session, IEnumerable<string> statements)
    {
        var before = await session.ScalarAsync<double>(Used);
        await RunAsync(session, statements);
        return await session.ScalarAsync<double>(Used) - before;
    }

    private static async Task RunAsync(NpgsqlConnection session, IEnumerable<string> statements)
    {
        foreach (var statement in statements)
        {
            await session.ExecuteAsync(statement);
        }
    }

    private static Func<int, string> Numbered(string sql) =>
        number => sql.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static void Line(string what, double without, double with) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {without:0.00} | {with:0.00} | **{with - without:0.00}** |"));
}
