namespace ChangeLog.Notifying;

/// <summary>Decides when a worker is awake, so that writers need not notify because it polls often enough.</summary>
/// <remarks>
/// A single commit notifies and is handled, which costs less than staying awake for the next one; a worker is awake in
/// a run of commits. It falls asleep in two steps: it lets the lease expire while polling; then, since a writer may
/// have read "awake" and commit later, it draws an id and polls until every older transaction has ended. One that runs
/// on is found by polling twice as often as asleep until it has.
/// </remarks>
internal sealed class WakeState(WatchPace pace, TimeProvider timeProvider)
{
    /// <summary>How long each extension of the lease lasts.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RenewBelow = Lease / 2;

    // commits that are waited for no longer than this are a run
    private static readonly TimeSpan InARow = TimeSpan.FromMilliseconds(100);

    private const int CommitsOfARun = 3;

    // a run ends after this long without a find
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestSettling = TimeSpan.FromMilliseconds(500);

    private const double Slower = 1.5;

    private Phase _phase = Phase.Asleep;
    private TimeSpan _pause = pace.Shortest;
    private long? _lastFind;
    private int _commits;
    private bool _isNews;
    private long _since;
    private TimeSpan _lease;
    private ulong? _barrier;

    private enum Phase
    {
        Asleep,
        Awake,
        LettingLeasePass,
        Settling,
    }

    /// <summary>Whether writers rely on this worker.</summary>
    public bool IsAwake => _phase is Phase.Awake or Phase.LettingLeasePass;

    /// <summary>Whether a run of commits may have begun.</summary>
    public bool IsInARow => _commits > 0;

    /// <summary>Takes note of the wait before a look.</summary>
    /// <param name="waited">
    /// How long nothing was heard: on a machine so busy that the next commit is there before the last is handled, not
    /// at all.
    /// </param>
    /// <param name="isNews">Whether something was committed, or may have been.</param>
    public void Waited(TimeSpan waited, bool isNews)
    {
        if (waited > InARow)
        {
            _commits = 0;
        }

        _isNews |= isNews;
    }

    /// <summary>Takes the step after a look.</summary>
    /// <param name="look">What it found.</param>
    /// <param name="hasFound">Whether that gave a handler work.</param>
    /// <param name="isHeard">Whether a notification would be heard.</param>
    public WatchStep Next(Look look, bool hasFound, bool isHeard)
    {
        // one commit is found several times until each handler has handled it
        if (hasFound && _isNews)
        {
            _isNews = false;
            _commits++;
        }

        _pause = hasFound ? pace.Shortest : Shorter(_pause * Slower, pace.LongestUnheard);
        if (hasFound)
        {
            _lastFind = timeProvider.GetTimestamp();
        }

        if (!isHeard || look.Mode != NotificationMode.WhenIdle)
        {
            _phase = Phase.Asleep;
            _barrier = null;
            return isHeard && look.Mode == NotificationMode.Always ? Sleep(pace.Asleep) : Poll(pace.LongestUnheard);
        }

        return _phase switch
        {
            Phase.Asleep when hasFound && _commits >= CommitsOfARun => WakeUp(look),
            Phase.Asleep => Sleep(IsSettled(look) ? pace.Asleep : pace.Asleep / 2),
            _ when hasFound => WakeUp(look),
            Phase.Awake => StayAwake(look),
            Phase.LettingLeasePass => LetLeasePass(look),
            _ => Settle(look),
        };
    }

    /// <summary>The id drawn for <see cref="WatchAction.DrawId"/>.</summary>
    public void Drew(ulong id) => _barrier = id;

    private WatchStep WakeUp(Look look)
    {
        _phase = Phase.Awake;
        _barrier = null;
        return StayAwake(look);
    }

    private WatchStep StayAwake(Look look)
    {
        if (timeProvider.GetElapsedTime(_lastFind!.Value) > Linger)
        {
            _phase = Phase.LettingLeasePass;
            _since = timeProvider.GetTimestamp();
            _lease = look.AwakeFor;
            return LetLeasePass(look);
        }

        return look.AwakeFor < RenewBelow
            ? Poll(pace.LongestAwake) with { Act = WatchAction.StayAwake }
            : Poll(pace.LongestAwake);
    }

    private WatchStep LetLeasePass(Look look)
    {
        if (look.AwakeFor <= TimeSpan.Zero)
        {
            _phase = Phase.Settling;
            _since = timeProvider.GetTimestamp();
            _pause = pace.Shortest;
            return Poll(pace.LongestUnheard) with { Act = WatchAction.DrawId };
        }

        // another worker stays awake
        return look.AwakeFor > _lease - timeProvider.GetElapsedTime(_since) + RenewBelow
            ? FallAsleep(look)
            : Poll(pace.LongestAwake);
    }

    private WatchStep Settle(Look look) =>
        IsSettled(look) || timeProvider.GetElapsedTime(_since) > LongestSettling
            ? FallAsleep(look)
            : Poll(pace.LongestUnheard) with { WakesOnRing = true };

    private WatchStep FallAsleep(Look look)
    {
        _phase = Phase.Asleep;
        _commits = 0;
        return Sleep(IsSettled(look) ? pace.Asleep : pace.Asleep / 2);
    }

    private bool IsSettled(Look look)
    {
        if (_barrier < look.OldestRunning)
        {
            _barrier = null;
        }

        return _barrier is null;
    }

    private WatchStep Poll(TimeSpan longest) => new(WatchAction.Nothing, Shorter(_pause, longest), WakesOnRing: false);

    private static WatchStep Sleep(TimeSpan pause) => new(WatchAction.Nothing, pause, WakesOnRing: true);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
