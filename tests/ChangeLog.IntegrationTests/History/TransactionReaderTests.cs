using ChangeLog.History;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.IntegrationTests.TestSupport;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>All that one transaction changed, wherever the handlers are.</summary>
public sealed class TransactionReaderTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_came_later_is_not_read()
    {
        await _database.ExecuteAsync("insert into public.item values (1), (2)");
        await _database.DeriveAndSweepAsync();
        await using var connection = await _database.OpenConnectionAsync();
        var id = await connection.ScalarAsync<Guid>("select event__id from logs.transaction");
        var before = await BuffersAsync(connection, id);

        await _database.ExecuteAsync(
            """
            do $$ begin
                for i in 1..300 loop
                    insert into public.item select generate_series(100 * i, 100 * i + 99);
                    commit;
                end loop;
            end $$
            """);
        await _database.DeriveAndSweepAsync();

        (await BuffersAsync(connection, id) - before).ShouldBeLessThan(40);
        var found = await new TransactionReader(
            connection).TransactionAsync(id, 1, TestContext.Current.CancellationToken);
        (found!.Total, found.Changes.Single().RecordId).ShouldBe((2, "1"));
    }

    [Fact]
    public async Task Changes_are_shown_that_are_handled_or_not_yet_or_given_up_and_those_before_a_row_that_came_late()
    {
        await _database.ExecuteAsync("insert into public.item values (1), (2)");
        await using var connection = await _database.OpenConnectionAsync();
        var id = await connection.ScalarAsync<Guid>("select event__id from logs.transaction");
        (await RecordsAsync(connection, id)).ShouldBe(["1", "2"]);
        await _database.DeriveAsync();
        (await RecordsAsync(connection, id)).ShouldBe(["1", "2"]);
        await _database.ExecuteAsync(
            """
            select changelog.write_dead_letter('enrich', 'change', c.position, c.logged_at, 'no', 'P0001', 'P0001', 1,
                now())
            from logs.change c
            where c.record_id = '2';
            delete from logs.change_details d using logs.change c where c.position = d.position and c.record_id = '2'
            """);
        (await RecordsAsync(connection, id)).ShouldBe(["1", "2"]);

        await _database.ExecuteAsync(
            """
            begin;
            select
                set_config('changelog.transaction', 'recorded', true),
                setval('changelog.marked', pg_current_xact_id()::text::bigint);
            insert into public.item values (3), (4);
            commit
            """);
        await Eventually.TrueAsync("the sweep has recovered it", async () =>
        {
            await _database.ExecuteAsync("select changelog.sweep_transactions()");
            return await _database.ScalarAsync<bool>("select exists (select from changelog.recovered)");
        });
        var late = await connection.ScalarAsync<Guid>("select event__id from logs.transaction where db_user is null");
        (await RecordsAsync(connection, late)).ShouldBe(["3", "4"]);
        await _database.DeriveAsync();
        (await RecordsAsync(connection, late)).ShouldBe(["3", "4"]);
    }

    private static async Task<long> BuffersAsync(NpgsqlConnection connection, Guid id)
    {
        await connection.ExecuteAsync("analyze logs.change_details; analyze logs.change; analyze logs.transaction");
        return await connection.BuffersAsync(TransactionReader.Keys.Replace("$1", $"'{id}'", StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string?>> RecordsAsync(NpgsqlConnection connection, Guid id) =>
        (await new TransactionReader(connection).TransactionAsync(id, 100, TestContext.Current.CancellationToken))!
        .Changes.Select(change => change.RecordId);
}
