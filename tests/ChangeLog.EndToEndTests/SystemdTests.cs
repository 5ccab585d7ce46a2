using System.Globalization;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>The program under a service manager, which is a socket here.</summary>
public sealed class SystemdTests
{
    private const string Listeners =
        "select count(*) from pg_stat_activity where datname = current_database() and query like 'listen %'";

    private const string Idle = "STATUS=4 handlers, 0 behind";

    [Fact]
    public async Task It_is_ready_once_it_listens_shows_that_it_lives_and_says_that_it_stops()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var systemd = new NotifySocket();
        await using var worker = Start(database.ConnectionString, systemd);

        await systemd.ReceiveAsync(message => message == "READY=1");
        (await database.ScalarAsync<long>(Listeners)).ShouldBe(1);
        // what the install itself has left is handled before or after that
        if (!systemd.Received.Contains(Idle))
        {
            await systemd.ReceiveAsync(message => message == Idle);
        }

        await systemd.ReceiveAsync(message => message == "WATCHDOG=1");
        await systemd.ReceiveAsync(message => message == "WATCHDOG=1");
        await worker.SignalAsync("TERM");
        await systemd.ReceiveAsync(message => message == "STOPPING=1");

        (await worker.WaitForExitAsync()).ExitCode.ShouldBe(0);
        systemd.Received.Count(message => message == "READY=1").ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_goes_away_is_waited_for_alive_and_its_status_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = TcpProxy.Start((await PostgresServer.GetAsync()).Port);
        using var systemd = new NotifySocket();
        await using var worker = Start(
            database.ConnectionStringFor(connection => connection.Port = proxy.Port), systemd);
        await systemd.ReceiveAsync(message => message == "READY=1");

        proxy.Stall();
        proxy.Drop();
        await systemd.ReceiveAsync(message => message == $"STATUS=waiting for the database 127.0.0.1:{proxy.Port}");
        await systemd.ReceiveAsync(message => message == "WATCHDOG=1");
        proxy.Flow();
        proxy.Drop();

        await systemd.ReceiveAsync(message => message.Contains(" handlers, ", StringComparison.Ordinal));
        worker.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task While_nothing_answers_at_the_start_it_says_what_it_waits_for_and_not_that_it_is_ready()
    {
        using var systemd = new NotifySocket();
        await using var worker = Start("Host=127.0.0.1;Port=1;Username=nobody", systemd);

        await systemd.ReceiveAsync(message => message == "STATUS=waiting for the database 127.0.0.1:1");
        await worker.SignalAsync("TERM");
        await worker.WaitForExitAsync();

        systemd.Received.ShouldNotContain("READY=1");
    }

    private static RunningProgram Start(string connectionString, NotifySocket systemd) =>
        ChangeLogProgram.Start(connectionString, ["run"], new Dictionary<string, string?>
        {
            ["NOTIFY_SOCKET"] = systemd.Path,
            ["WATCHDOG_USEC"] = TimeSpan.FromSeconds(1).TotalMicroseconds.ToString(CultureInfo.InvariantCulture),
        });
}
