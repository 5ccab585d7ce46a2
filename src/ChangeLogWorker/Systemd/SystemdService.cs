using System.Net.Sockets;
using ChangeLog.Handlers;
using ChangeLog.Hosting;
using ChangeLog.Notifying;
using ChangeLog.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace ChangeLogWorker.Systemd;

/// <summary>Tells systemd when the worker is ready, its status, that it is alive, and when it stops.</summary>
/// <remarks>
/// Not <c>AddSystemd</c>: that says READY as soon as the host has started, and it handles signals, which are the
/// command line's.
/// </remarks>
internal sealed class SystemdService(
    ISystemdNotifier notifier,
    Watchdog watchdog,
    Pulse pulse,
    ListenSignal bell,
    IReadOnlyList<IHandler> handlers,
    DataSources dataSources,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private string? _said;
    private bool _isReady;

    // and has looked: changes written from now on are noticed
    private bool IsListening => pulse.Behind is not null && (bell.IsHeard || !bell.Wanted.IsCompleted);

    private string Status => pulse switch
    {
        { IsServerAway: true } => $"waiting for the database {dataSources.Address}",
        { Behind: { } behind } => $"{handlers.Count} handlers, {behind} behind",
        _ => "starting",
    };

    /// <summary>Idempotent: may be called before the host calls it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken) =>
        notifier.IsEnabled && ExecuteTask is null ? base.StartAsync(cancellationToken) : Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            stoppingToken, lifetime.ApplicationStopping);
        while (!stopping.IsCancellationRequested)
        {
            RunOnce();
            await Task.Delay(Pause, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Say(ServiceState.Stopping);
    }

    internal void RunOnce()
    {
        if (Status != _said)
        {
            _said = Status;
            Say(new ServiceState($"STATUS={_said}"));
        }

        if (!_isReady && IsListening)
        {
            _isReady = true;
            Say(ServiceState.Ready);
        }

        if (pulse.IsAlive && watchdog.IsDue())
        {
            Say(new ServiceState("WATCHDOG=1"));
        }
    }

    private void Say(ServiceState state)
    {
        try
        {
            notifier.Notify(state);
        }
        catch (SocketException)
        {
            // nobody is listening, which is no reason to stop
        }
    }
}
