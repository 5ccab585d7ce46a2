using System.Net.Sockets;
using ChangeLog.Hosting;
using ChangeLog.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class StartupRetryTests
{
    private readonly FakeTimeProvider _time = new();

    private int _tries;

    public static TheoryData<string> Restarting { get; } = new("57P01", "57P02", "57P03", "08006");

    [Theory]
    [MemberData(nameof(Restarting))]
    public async Task A_server_that_says_that_it_stops_or_starts_is_waited_for(string sqlState)
    {
        await RunAsync(
            new PostgresException("not now", "FATAL", "FATAL", sqlState),
            Refused(SocketError.ConnectionRefused), failures: 2);

        _tries.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_is_not_reached_at_first_is_waited_for_a_few_seconds_only()
    {
        await RunAsync(
            Refused(SocketError.ConnectionRefused), Refused(SocketError.ConnectionRefused), failures: 1,
            TimeSpan.FromSeconds(5));
        _tries.ShouldBe(2);

        await Should.ThrowAsync<NpgsqlException>(
            RunAsync(
                Refused(SocketError.ConnectionRefused), Refused(SocketError.ConnectionRefused), failures: 3,
                TimeSpan.FromSeconds(6)));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.NoData)]
    public async Task A_name_that_leads_nowhere_is_told_at_once(SocketError wrong)
    {
        await Should.ThrowAsync<NpgsqlException>(RunAsync(Refused(wrong), Refused(wrong), failures: 1));

        _tries.ShouldBe(1);
    }

    [Theory]
    [InlineData("28P01")]
    [InlineData("3D000")]
    [InlineData("42501")]
    public async Task What_does_not_pass_is_told_at_once(string sqlState)
    {
        var error = new PostgresException("no", "FATAL", "FATAL", sqlState);

        await Should.ThrowAsync<PostgresException>(RunAsync(error, error, failures: 1));

        _tries.ShouldBe(1);
    }

    private static NpgsqlException Refused(SocketError error) =>
        new("Failed to connect", new SocketException((int)error));

    private async Task RunAsync(NpgsqlException first, NpgsqlException then, int failures, TimeSpan each = default)
    {
        _tries = 0;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)"Host=h")])
            .Build();
        await using var sources = new DataSources(configuration, NullLoggerFactory.Instance);
        var patience = new StartupRetry(sources, new Pulse(_time), _time, NullLogger<StartupRetry>.Instance);
        var cancellationToken = TestContext.Current.CancellationToken;
        // without a context what waits goes on within Advance, and the clock only when it waits again
        await Task.Run(
            async () =>
            {
                var running = patience.RunAsync(_ => FailAsync(first, then, failures, each), cancellationToken);
                while (!running.IsCompleted)
                {
                    _time.Advance(TimeSpan.FromSeconds(1));
                }

                await running;
            },
            cancellationToken);
    }

    private Task FailAsync(NpgsqlException first, NpgsqlException then, int failures, TimeSpan each)
    {
        _time.Advance(each == default ? TimeSpan.FromMinutes(1) : each);
        var error = _tries++ == 0 ? first : then;
        return _tries <= failures ? Task.FromException(error) : Task.CompletedTask;
    }
}
