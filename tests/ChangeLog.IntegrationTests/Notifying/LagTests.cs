using System.Diagnostics.Metrics;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.Telemetry;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>The lag that is reported for a handler, where it matters most.</summary>
public sealed class LagTests : IAsyncLifetime
{
    // an hour old
    /* language=sql */
    private const string Change =
        """
        insert into logs.transaction (position, event__id, xid, logged_at, context)
        select nextval('lib_event.position'), gen_random_uuid(), pg_current_xact_id(), now() - interval '1 hour', '{}';
        insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name)
        select nextval('lib_event.position'), t.xid, t.logged_at, 1, 'T', 'public', 'gone'
        from logs.transaction t;
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("changes")]
    [InlineData("both")]
    public async Task A_handler_that_has_the_whole_log_to_do_is_as_far_behind_as_the_log_is_old(string stream)
    {
        await _database.ExecuteAsync(Change);
        await _database.ExecuteAsync($"select changelog.register_handler('new', '{stream}', false)");
        var cursors = new CursorStore(_database.DataSource);
        async Task<TimeSpan> LagAsync() =>
            (await cursors.BehindAsync(["new"], TestContext.Current.CancellationToken))["new"];

        (await LagAsync()).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        (await _database.ScalarAsync<string>("select changelog.open_window('new')")).ShouldBe("open");
        (await LagAsync()).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task A_handler_that_a_flag_stops_is_said_to_be_behind_while_no_other_is()
    {
        var name = $"stopped_{Guid.NewGuid():N}";
        await _database.ExecuteAsync($"select changelog.register_handler('{name}', 'changes', true)");
        await _database.ExecuteAsync(Change);
        await _database.ExecuteAsync(
            "insert into platform.feature_flags (key) values ($1)", $"changelog.handler.{name}");
        // what it writes to is not there, so that a turn that has begun does not end
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new CollectingHandler(name, Streams.Changes)).StartAsync();
        await Eventually.TrueAsync(
            "it is stopped", () => Task.FromResult(
                worker.Said.Any(line => line.Contains("is stopped by the flag", StringComparison.Ordinal))));
        await _database.WaitUntilAsync(
            "select not exists (select from changelog.handler_behind where handler <> $1) and exists (select "
                + "from logs.change_details)", name);

        var said = new TaskCompletionSource();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meter) =>
        {
            if (instrument.Name == TelemetryNames.HandlerLag)
            {
                meter.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (seconds >= 3600 && tags.ToArray().Any(tag => tag.Value as string == name))
            {
                said.TrySetResult();
            }
        });
        listener.Start();

        await said.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
