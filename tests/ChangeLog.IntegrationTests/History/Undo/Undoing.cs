using System.Data;
using ChangeLog.History;
using ChangeLog.History.Undo;
using ChangeLog.TestSupport;
using Npgsql;
using Xunit;

namespace ChangeLog.IntegrationTests.History.Undo;

/// <summary>Plans and carries out an undo, as the verb does.</summary>
internal static class Undoing
{
    public const int Most = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<UndoPlan> PlanUndoAsync(
        this NpgsqlConnection connection, FeedFilter filter, UndoKeep? keep = null)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        return await new UndoPlanner(connection).PlanAsync(filter, "undo of a test", keep, null, Token);
    }

    public static async Task<UndoPlan> PlanUndoAsync(
        this TestDatabase database, FeedFilter filter, UndoKeep? keep = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.PlanUndoAsync(filter, keep);
    }

    public static async Task<Guid?> UndoAsync(this TestDatabase database, FeedFilter filter, UndoKeep? keep = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await new UndoTransaction(connection).ApplyAsync(await connection.PlanUndoAsync(filter, keep), Token);
    }

    public static FeedFilter Of(Guid? transaction) => new() { Transaction = transaction!.Value, Limit = Most };

    /// <summary>Runs statements in one transaction; its event__id.</summary>
    public static async Task<Guid> ChangeAsync(this TestDatabase database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await connection.ExecuteAsync(sql);
        var id = await connection.ScalarAsync<Guid>(
            "select event__id from logs.transaction where xid = pg_current_xact_id()");
        await transaction.CommitAsync(Token);
        return id;
    }
}
