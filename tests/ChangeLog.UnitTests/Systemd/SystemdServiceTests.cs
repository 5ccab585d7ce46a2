using ChangeLog.Hosting;
using ChangeLog.Notifying;
using ChangeLog.Postgres;
using ChangeLogWorker.Systemd;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Systemd;

public sealed class SystemdServiceTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Said _said = new();
    private readonly Pulse _pulse;
    private readonly ListenSignal _bell;
    private DataSources? _sources;

    public SystemdServiceTests()
    {
        _pulse = new Pulse(_time);
        _bell = new ListenSignal(_time);
    }

    [Fact]
    public void It_is_ready_once_it_looks_and_listens()
    {
        using var service = Service();
        service.RunOnce();
        _bell.Want();
        service.RunOnce();
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        service.RunOnce();
        _said.Messages.ShouldBe(["STATUS=starting", "STATUS=0 handlers, 0 behind"]);

        _bell.Hear(true);
        service.RunOnce();
        service.RunOnce();

        _said.Messages.Skip(2).ShouldBe(["READY=1"]);
    }

    [Fact]
    public void Where_nobody_rings_it_is_ready_once_it_looks()
    {
        using var service = Service();
        _pulse.Beat(behind: 1, TimeSpan.Zero);
        service.RunOnce();

        _said.Messages.ShouldBe(["STATUS=0 handlers, 1 behind", "READY=1"]);
    }

    [Fact]
    public void It_says_that_it_waits_for_the_database_and_when_it_has_it_again()
    {
        using var service = Service();
        _pulse.IsServerAway = true;
        service.RunOnce();
        service.RunOnce();
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        service.RunOnce();

        _said.Messages.ShouldBe(["STATUS=waiting for the database h:5432", "STATUS=0 handlers, 0 behind", "READY=1"]);
    }

    [Fact]
    public void A_sign_of_life_is_given_at_half_of_the_watchdogs_time_and_only_while_the_loops_go_round()
    {
        using var service = Service(("WATCHDOG_USEC", "20000000"), ("WATCHDOG_PID", $"{Environment.ProcessId}"));
        for (var second = 0; second < 60; second++)
        {
            service.RunOnce();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Signs().ShouldBe(6);
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromMinutes(1));
        service.RunOnce();
        Signs().ShouldBe(6);
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        service.RunOnce();
        Signs().ShouldBe(7);
    }

    [Theory]
    [InlineData("20000000", "1")]
    [InlineData("0", "")]
    [InlineData("soon", "")]
    public void A_watchdog_of_another_process_or_none_is_given_no_sign(string time, string process)
    {
        using var service = Service(("WATCHDOG_USEC", time), ("WATCHDOG_PID", process));
        service.RunOnce();

        Signs().ShouldBe(0);
    }

    public void Dispose() => _sources?.Dispose();

    private int Signs() => _said.Messages.Count(message => message == "WATCHDOG=1");

    private SystemdService Service(params (string Name, string Value)[] environment)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(environment
                .Append(("ConnectionStrings:ChangeLog", "Host=h"))
                .Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2)))
            .Build();
        _sources = new DataSources(configuration, NullLoggerFactory.Instance);
        return new SystemdService(
            _said, new Watchdog(configuration, _time), _pulse, _bell, [], _sources, new NoEnd(), _time);
    }

    private sealed class Said : ISystemdNotifier
    {
        public List<string> Messages { get; } = [];

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => Messages.Add(state.ToString());
    }

    private sealed class NoEnd : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
