using ChangeLog.History;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History.Undo;

/// <summary>Whatever happened to two tables with a foreign key is undone, and that in turn.</summary>
public sealed class UndoPropertyTests : IAsyncLifetime
{
    private const int Seeds = 40;
    private const int Keys = 6;

    private const string Rows =
        """
        select 'customer', to_jsonb(c)::text from public.customers c
        union all
        select 'order', to_jsonb(o)::text from public.orders o
        order by 1, 2
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.customers (id integer primary key, name text, tags text[], details jsonb);
            create table public.orders (
                id integer generated always as identity primary key,
                customer_id integer references public.customers on delete cascade on update cascade,
                code text unique,
                total numeric,
                doubled numeric generated always as (total * 2) stored)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Random_histories_are_undone_and_their_undoing_too()
    {
        var changes = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            await _database.ExecuteAsync("truncate public.customers, public.orders");
            await RunAsync(random, statements: 30);
            if (seed % 2 == 0)
            {
                await _database.DeriveAsync();
            }

            var before = await _database.LinesAsync(Rows);
            var since = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
            await RunAsync(random, statements: 50);
            var after = await _database.LinesAsync(Rows);
            var filter = new FeedFilter { Since = since, Limit = Undoing.Most };

            var plan = await _database.PlanUndoAsync(filter);
            plan.IsRefused.ShouldBeFalse($"seed {seed}: {string.Join("; ", plan.Unresolved)}");
            changes += plan.Changes;
            var undo = await UndoAsync(seed, filter);
            (await _database.LinesAsync(Rows)).ShouldBe(before, $"seed {seed}");
            if (undo is not null)
            {
                var redo = await UndoAsync(seed, Undoing.Of(undo));
                (await _database.LinesAsync(Rows)).ShouldBe(after, $"seed {seed}, undone twice");
                await UndoAsync(seed, Undoing.Of(redo));
                (await _database.LinesAsync(Rows)).ShouldBe(before, $"seed {seed}, undone thrice");
            }
        }

        changes.ShouldBeGreaterThan(Seeds * 10);
    }

    private async Task<Guid?> UndoAsync(int seed, FeedFilter filter)
    {
        try
        {
            return await _database.UndoAsync(filter);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed}: {error.Message}", error);
        }
    }

    // what a constraint forbids is no part of the history
    private async Task RunAsync(Random random, int statements)
    {
        await using var connection = await _database.OpenConnectionAsync();
        for (var done = 0; done < statements; done++)
        {
            try
            {
                await connection.ExecuteAsync(Statement(random));
            }
            catch (PostgresException error) when (error.SqlState.StartsWith("23", StringComparison.Ordinal))
            {
            }
        }
    }

    private static string Statement(Random random)
    {
        var (one, two, value) = (random.Next(Keys), random.Next(Keys), random.Next(100));
        return random.Next(12) switch
        {
            0 or 9 or 10 =>
                $$"""
                insert into public.customers
                values ({{one}}, 'c{{value}}', array['a\b', '{{value}}'], '{"n": {{value}}.0}')
                """,
            1 => $"update public.customers set name = 'it''s {value}', tags = null where id = {one}",
            2 => $"delete from public.customers where id = {one}",
            3 => $"update public.customers set id = {two} where id = {one}",
            4 or 11 =>
                $"""
                insert into public.orders (id, customer_id, total) overriding system value
                values ({one}, {two}, {value})
                """,
            5 => $"update public.orders set total = {value}.50, customer_id = {two} where id = {one}",
            6 => $"update public.orders set code = 'k{value % 4}' where id = {one}",
            7 => $"delete from public.orders where id = {one}",
            _ => $"update public.customers set details = '\"{value}\"' where id = {one}",
        };
    }
}
