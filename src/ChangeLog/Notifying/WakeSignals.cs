using System.Collections.Concurrent;

namespace ChangeLog.Notifying;

/// <summary>The handlers' wake signals, by handler name.</summary>
internal sealed class WakeSignals(ListenSignal bell, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, WakeSignal> _byHandler = new(StringComparer.Ordinal);

    public ICollection<string> Handlers => _byHandler.Keys;

    public WakeSignal For(string handler) =>
        _byHandler.GetOrAdd(handler, _ => new WakeSignal(timeProvider, bell.LookAgain));

    /// <summary>
    /// Wakes the handlers that have work; for one that is at work, the watch looks again when it has done it.
    /// </summary>
    /// <param name="behind">Those that have work.</param>
    /// <param name="looked">When the look that found them began.</param>
    /// <param name="first">Where it is woken it has the processors to itself: the next look wakes the others.</param>
    /// <returns>
    /// Whether any of them made progress, now or since the last call; one that keeps failing, or wakes for nothing,
    /// does not count.
    /// </returns>
    public bool Ring(IReadOnlyCollection<string> behind, long looked, string first)
    {
        var isGoing = false;
        foreach (var wakeUp in _byHandler.Values)
        {
            isGoing |= wakeUp.TakeWorked();
        }

        isGoing |= behind.Any(handler => For(handler).IsReady);
        var holdsBack = behind.Contains(first) && For(first).Ring(looked);
        var isHeldBack = false;
        foreach (var wakeUp in behind.Where(handler => handler != first).Select(For))
        {
            if (holdsBack && wakeUp.HoldBack())
            {
                isHeldBack = true;
                continue;
            }

            wakeUp.Ring(looked);
        }

        if (isHeldBack)
        {
            bell.LookAgain();
        }

        return isGoing;
    }

    /// <summary>Wakes a handler that found work when last woken, without looking for work first.</summary>
    /// <returns>Whether it did; the handler may be one that this worker does not run.</returns>
    public bool RingReady(string handler)
    {
        if (!_byHandler.TryGetValue(handler, out var wakeUp) || !wakeUp.IsReady)
        {
            return false;
        }

        wakeUp.Ring();
        return true;
    }

    /// <summary>Wakes every handler without looking for work first.</summary>
    public void RingAll()
    {
        foreach (var wakeUp in _byHandler.Values)
        {
            wakeUp.Ring();
        }
    }
}
