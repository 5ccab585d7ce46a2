using System.Text.Json.Nodes;
using System.Threading.Channels;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>Runs the demo's people concurrently, each in small transactions with a context, until stopped.</summary>
internal sealed class Workload(NpgsqlDataSource shop, TimeProvider time, ChannelWriter<Commit> commits)
{
    private const string SetContext = /* language=sql */
        """
        select changelog.set_context($1::jsonb)
        """;

    private const string DdlTransaction = /* language=sql */
        """
        select pg_current_xact_id_if_assigned()
        """;

    private const int ShortestPauseMs = 300;
    private const int LongestPauseMs = 1400;

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Person.Everybody.Select(person => WorkAsync(person, cancellationToken)));

    private async Task WorkAsync(Person person, CancellationToken cancellationToken)
    {
        var action = person.Actions[0];
        while (!cancellationToken.IsCancellationRequested)
        {
            // never abandon an action: an unawaited commit would be in the log but not in the figures
            await DoAsync(person, action);
            action = person.Actions[Random.Shared.Next(person.Actions.Count)];
            var pause = TimeSpan.FromMilliseconds(Random.Shared.Next(ShortestPauseMs, LongestPauseMs));
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DoAsync(Person person, string action)
    {
        await using var connection = await shop.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Query.BatchCommand(SetContext, [ContextOf(person)]),
                new NpgsqlBatchCommand($"select {action}"),
                new NpgsqlBatchCommand(DdlTransaction),
            },
        };
        var xid = await ReadLastAsync(batch);
        await transaction.CommitAsync();
        if (xid is { } changed)
        {
            await commits.WriteAsync(new Commit(changed, time.GetTimestamp()));
        }
    }

    private static async Task<ulong?> ReadLastAsync(NpgsqlBatch batch)
    {
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return await reader.IsDBNullAsync(0) ? null : await reader.GetFieldValueAsync<ulong>(0);
    }

    private static string ContextOf(Person person) =>
        new JsonObject
        {
            ["actor_id"] = person.ActorId,
            ["ip_address"] = person.IpAddress,
            ["user_agent"] = person.UserAgent,
            ["request_id"] = Guid.NewGuid().ToString("N"),
            ["reason"] = person.Reason,
        }.ToJsonString();
}
