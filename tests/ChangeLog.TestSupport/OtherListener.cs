using System.Collections.Concurrent;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>A program other than ChangeLog that listens on lib_event.created.</summary>
public sealed class OtherListener : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly ConcurrentQueue<Guid> _heard = new();
    private IReadOnlyList<Guid> _before = [];

    private OtherListener(NpgsqlConnection connection)
    {
        _connection = connection;
        _connection.Notification += (_, notification) => _heard.Enqueue(Guid.Parse(notification.Payload));
    }

    public static async Task<OtherListener> StartAsync(TestDatabase database)
    {
        var listener = new OtherListener(await database.OpenConnectionAsync());
        await listener._connection.ExecuteAsync("listen \"lib_event.created\"");
        listener._before = await listener.RecordedAsync();
        return listener;
    }

    /// <summary>All that was announced by transactions that have ended.</summary>
    public async Task<IReadOnlyList<Guid>> HeardAsync()
    {
        // what was committed before a statement comes before the answer to the next
        await _connection.ExecuteAsync("select");
        await _connection.ExecuteAsync("select");
        return [.. _heard];
    }

    /// <summary>What it has heard since it began to listen, beside what was recorded since then.</summary>
    public async Task<Hearing> CompareAsync()
    {
        var recorded = (await RecordedAsync()).Except(_before).ToHashSet();
        var heard = await HeardAsync();
        return new Hearing(
            [.. recorded.Except(heard)], [.. heard.Where(id => !recorded.Contains(id))],
            heard.Count - heard.Distinct().Count());
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<IReadOnlyList<Guid>> RecordedAsync() =>
        [.. (await _connection.LinesAsync("select event__id from lib_events.events")).Select(Guid.Parse)];
}
