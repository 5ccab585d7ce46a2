using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>A writer of the property test: every kind of transaction that might make a reader err.</summary>
internal sealed class RandomWriter(NpgsqlDataSource dataSource, int seed, int accounts)
{
    private readonly Random _random = new(seed);

    public async Task WriteAsync(int transactions)
    {
        for (var i = 0; i < transactions; i++)
        {
            try
            {
                await WriteOneAsync();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                // undone whole, as any application would see it
            }
        }
    }

    private async Task WriteOneAsync()
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var kind = _random.Next(20);
        if (kind == 0)
        {
            await connection.ExecuteAsync(
                "select set_config('changelog.transaction', 'recorded', true), "
                + "setval('changelog.marked', pg_current_xact_id()::text::bigint)");
        }

        var statements = _random.Next(1, 5);
        for (var i = 0; i < statements; i++)
        {
            await WriteStatementAsync(connection, kind);
        }

        switch (kind)
        {
            case 2:
                await connection.ExecuteAsync("select pg_sleep(1)");
                break;
            case 3 or 4:
                await connection.ExecuteAsync($"select pg_sleep({_random.Next(1, 100)} / 1000.0)");
                break;
        }

        if (kind is 5 or 6)
        {
            await transaction.RollbackAsync();
            return;
        }

        await transaction.CommitAsync();
    }

    private async Task WriteStatementAsync(NpgsqlConnection connection, int kind)
    {
        var account = _random.Next(accounts);
        switch (_random.Next(8))
        {
            case 0:
                await connection.ExecuteAsync(
                    $"""
                    savepoint s;
                    update public.account set n = n + 1 where id = {account};
                    select lib_event.create('test.account.undone');
                    rollback to savepoint s
                    """);
                break;
            case 1:
                await connection.ExecuteAsync(
                    $"""
                    savepoint s;
                    update public.account set n = n + 1 where id = {account};
                    release savepoint s
                    """);
                break;
            case 2:
                await connection.ExecuteAsync("select lib_event.create('test.account.seen')");
                break;
            case 3 when kind == 0:
                await connection.ExecuteAsync("reset changelog.transaction");
                goto default;
            case 3 when kind == 7:
                await connection.ExecuteAsync($"update public.account set n = n + 1 where id = {account}; reset all");
                break;
            default:
                await connection.ExecuteAsync($"update public.account set n = n + 1 where id = {account}");
                break;
        }
    }
}
