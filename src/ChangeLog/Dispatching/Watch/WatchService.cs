using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Hosting;
using ChangeLog.Notifying;
using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLog.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Dispatching.Watch;

/// <summary>Checks for work, on a signal or by polling, and wakes the handlers that have some.</summary>
internal sealed class WatchService(
    WakeLease lease,
    CursorStore cursors,
    ListenSignal bell,
    WakeSignals wakeSignals,
    AnnouncerService announcer,
    RuntimeSettings runtime,
    Pulse pulse,
    IOptions<NotificationsOptions> notifications,
    IOptions<HandlersOptions> handlers,
    TimeProvider timeProvider,
    ILogger<WatchService> logger) : BackgroundService
{
    // its details are what people wait for
    private const string First = EnrichHandler.HandlerName;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(3);

    private static readonly TimeSpan LongestAwake = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    // announcing serves others: a few times a second is enough
    private static readonly TimeSpan AnnouncingPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LagPause = TimeSpan.FromSeconds(1);

    private readonly NotificationMode? _wanted = notifications.Value.Mode;

    private readonly WakeState _wakefulness = new(
        new WatchPace(
            Shortest, LongestAwake, notifications.Value.MaxPollInterval, handlers.Value.PollInterval),
        timeProvider);

    private NotificationMode? _mode;
    private long? _lastAnnouncing;
    private long? _lastLag;
    private Task _lag = Task.CompletedTask;
    private readonly LogOnce _said = new();

    /// <summary>Looks once, and wakes those that have work.</summary>
    public async Task<WatchStep> RunOnceAsync(CancellationToken cancellationToken)
    {
        var withAnnouncements = IsDue(ref _lastAnnouncing, AnnouncingPause);
        var looked = timeProvider.GetTimestamp();
        var look = await lease.LookAsync(
            [.. wakeSignals.Handlers.Where(handler => !runtime.IsStopped(handler))],
            withAnnouncements, cancellationToken);
        if (runtime.Apply(look.RuntimeSettings))
        {
            wakeSignals.RingAll();
        }

        var hasFound = wakeSignals.Ring(look.Behind, looked, First);
        if (look.HasUnannounced)
        {
            announcer.Ring();
        }

        Follow(look.Mode);
        var step = _wakefulness.Next(look, hasFound, bell.IsHeard && !announcer.IsQueueFilling);
        await ActAsync(step.Act, cancellationToken);
        pulse.Beat(look.Behind.Count, step.Pause);
        // in the background: slow behind a long backlog, and others wait to be woken
        if (_lag.IsCompleted && IsDue(ref _lastLag, LagPause))
        {
            _lag = ReportLagAsync(look, cancellationToken);
        }

        return step;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var step = new WatchStep(WatchAction.Nothing, RetryPause, WakesOnRing: true);
            try
            {
                if (_mode is null)
                {
                    await SetModeAsync(stoppingToken);
                }

                step = await RunOnceAsync(stoppingToken);
                _said.EndRound();
            }
            catch (NpgsqlException e)
            {
                Log.LookFailed(logger, _said.IsNewFailure(e.Message) ? LogLevel.Warning : LogLevel.Debug, e.Message);
                // the handlers may find what the watch cannot
                wakeSignals.RingAll();
                pulse.Beat(behind: null, step.Pause);
            }

            await PauseAsync(step, stoppingToken);
        }
    }

    private async Task PauseAsync(WatchStep step, CancellationToken cancellationToken)
    {
        if (!step.WakesOnRing)
        {
            await Task.Delay(step.Pause, timeProvider, cancellationToken);
            return;
        }

        var started = timeProvider.GetTimestamp();
        var isNews = await bell.WaitAsync(step.Pause, cancellationToken) && bell.TakeNews();
        var waited = timeProvider.GetElapsedTime(started);
        _wakefulness.Waited(waited, isNews);
        // After a silence the first is woken at once, since looking takes as long as handling one commit; the look,
        // which follows, wakes the others.
        if (isNews && !_wakefulness.IsInARow && wakeSignals.RingReady(First))
        {
            await Task.Delay(Shortest, timeProvider, cancellationToken);
            return;
        }

        // coalesce a burst of signals
        if (waited < Shortest)
        {
            await Task.Delay(Shortest - waited, timeProvider, cancellationToken);
        }
    }

    private async Task SetModeAsync(CancellationToken cancellationToken)
    {
        var (before, now) = await lease.SetModeAsync(_wanted, cancellationToken);
        _mode = now;
        Log.ModeSet(logger, now);
        if (before != now)
        {
            Log.ModeReplaced(logger, before, now);
        }

        if (now == NotificationMode.Never && _wanted != NotificationMode.Never)
        {
            Log.CannotNotify(logger);
        }

        Want(now);
    }

    // the last worker to start has set it; all others follow, or two would override each other for ever
    private void Follow(NotificationMode inForce)
    {
        if (_mode is { } mine && mine != inForce)
        {
            Log.ModeFollowed(logger, inForce, mine);
            _mode = inForce;
            Want(inForce);
        }
    }

    private void Want(NotificationMode mode)
    {
        if (mode != NotificationMode.Never)
        {
            bell.Want();
        }
    }

    private async Task ActAsync(WatchAction act, CancellationToken cancellationToken)
    {
        switch (act)
        {
            case WatchAction.StayAwake:
                await lease.StayAwakeAsync(WakeState.Lease, cancellationToken);
                break;
            case WatchAction.DrawId:
                _wakefulness.Drew(await lease.DrawIdAsync(cancellationToken));
                break;
        }
    }

    private async Task ReportLagAsync(Look look, CancellationToken cancellationToken)
    {
        try
        {
            // costs as much as the backlog; stopped handlers were not checked
            var lags = look.Behind.Count == 0 && !wakeSignals.Handlers.Any(runtime.IsStopped)
                ? null
                : await cursors.BehindAsync(wakeSignals.Handlers, cancellationToken);
            foreach (var handler in wakeSignals.Handlers)
            {
                ChangeLogTelemetry.Lag(handler, lags?.GetValueOrDefault(handler) ?? TimeSpan.Zero);
            }
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // the watch itself reports what is wrong
        }
    }

    private bool IsDue(ref long? last, TimeSpan every)
    {
        if (last is { } before && timeProvider.GetElapsedTime(before) < every)
        {
            return false;
        }

        last = timeProvider.GetTimestamp();
        return true;
    }
}
