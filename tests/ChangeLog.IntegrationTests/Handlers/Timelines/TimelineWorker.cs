using System.Collections.Concurrent;
using ChangeLog.Handlers.Timelines;
using ChangeLog.IntegrationTests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>A worker with timelines, which handles what is there when it is asked to.</summary>
internal sealed class TimelineWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="connectionString">Of the database.</param>
    /// <param name="settings">Below <c>ChangeLog:Timelines</c>, or <c>ChangeLog:Platform</c> where they say so.</param>
    public TimelineWorker(string connectionString, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(
            LogLevel.Warning).AddProvider(new CollectingLogger(Warnings, (_, _) => true)));
        services.AddChangeLog(new ConfigurationBuilder()
            .AddInMemoryCollection(settings
                .Select(setting => KeyValuePair.Create(
                    setting.Key.StartsWith("Platform:", StringComparison.Ordinal)
                        ? $"ChangeLog:{setting.Key}"
                        : $"ChangeLog:Timelines:{setting.Key}",
                    (string?)setting.Value))
                .Append(KeyValuePair.Create("ChangeLog:Retry:Delay", (string?)"00:00:00.010"))
                .Append(KeyValuePair.Create("ConnectionStrings:ChangeLog", (string?)connectionString)))
            .Build());
        _services = services.BuildServiceProvider();
    }

    /// <summary>What the worker has warned of.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    /// <summary>Prepares the database the first time, and handles all that is committed.</summary>
    public Task DrainAsync() => _services.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);

    public Task<RebuildReport> RebuildAsync(string timeline) =>
        _services.GetRequiredService<TimelineRebuild>().RunAsync(
            timeline, _ => { }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
