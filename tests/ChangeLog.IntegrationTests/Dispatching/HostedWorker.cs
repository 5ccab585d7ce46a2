using System.Collections.Concurrent;
using ChangeLog.Dispatching;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Dispatching.Watch;
using ChangeLog.Handlers;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.TestSupport;
using ChangeLog.Notifying;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>A worker as a program hosts it, with its waits between failures, and handlers of the test's own.</summary>
internal sealed class HostedWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _running = [];

    public HostedWorker(
        TestDatabase database, IEnumerable<KeyValuePair<string, string?>> settings, params IHandler[] handlers)
        : this(database.ConnectionString, settings, handlers)
    {
    }

    public HostedWorker(
        string connectionString, IEnumerable<KeyValuePair<string, string?>> settings, params IHandler[] handlers)
    {
        var services = new ServiceCollection();
        services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new CollectingLogger(Said, IsWanted)));
        services.AddChangeLog(new ConfigurationBuilder()
            .AddInMemoryCollection([
                KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)connectionString),
                KeyValuePair.Create(
                    "ConnectionStrings:ChangeLogLinks", (string?)CleanerLogin.ConnectionString(connectionString)),
                KeyValuePair.Create("ChangeLog:Handlers:PollInterval", (string?)"00:00:00.050"),
                .. settings])
            .Build());
        foreach (var handler in handlers)
        {
            services.AddSingleton(handler);
        }

        _services = services.BuildServiceProvider();
    }

    /// <summary>For tests of what is waited for, not of how long.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> ShortWaits { get; } =
    [
        KeyValuePair.Create("ChangeLog:Retry:Delay", (string?)"00:00:00.010"),
        KeyValuePair.Create("ChangeLog:Retry:MaxDelay", (string?)"00:00:00.050"),
        KeyValuePair.Create("ChangeLog:Retry:PauseMaxDelay", (string?)"00:00:00.200"),
    ];

    public static IReadOnlyList<KeyValuePair<string, string?>> Defaults { get; } = [];

    /// <summary>What the worker has logged, line by line.</summary>
    public ConcurrentQueue<string> Said { get; } = [];

    public DeadLetterRetry Retry => _services.GetRequiredService<DeadLetterRetry>();

    /// <summary>The handlers' loops: ends when they do.</summary>
    public Task Dispatching => _running.OfType<DispatchingService>().Single().ExecuteTask!;

    public Drain Drain => _services.GetRequiredService<Drain>();

    public RetryRequests Requests => _services.GetRequiredService<RetryRequests>();

    public DeadLetterStore Letters => _services.GetRequiredService<DeadLetterStore>();

    /// <summary>One sweep of the links, now.</summary>
    public async Task SweepLinksAsync(TestDatabase database)
    {
        await database.ExecuteAsync("update changelog.link_sweep set requested_at = clock_timestamp()");
        await _services.GetServices<IHostedService>().OfType<LinkSweepService>().Single()
            .RunOnceAsync(TestContext.Current.CancellationToken);
    }

    /// <param name="everything">What prepares and maintains the database too, as the program runs it.</param>
    public async Task<HostedWorker> StartAsync(bool everything = false)
    {
        foreach (var service in _services.GetServices<IHostedService>().Where(service =>
            everything || service is DispatchingService or WatchService or AnnouncerService or ListenerService))
        {
            await service.StartAsync(CancellationToken.None);
            _running.Add(service);
        }

        return this;
    }

    /// <summary>As the host stops it.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        using var left = new CancellationTokenSource(timeout);
        foreach (var service in Enumerable.Reverse(_running))
        {
            await service.StopAsync(left.Token);
        }

        _running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10));
        await _services.DisposeAsync();
        foreach (var line in Said.Take(40))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }

        Said.ShouldAllBe(line => !line.Contains("hunter2"));
    }

    // statements and their parameters at debug level are Npgsql's, which a worker says only when asked
    private static bool IsWanted(LogLevel level, EventId id) =>
        id.Id is (>= 3000 and < 3100) or (>= 7000 and < 7100) || level >= LogLevel.Warning;
}
