using System.Collections.Concurrent;

namespace ChangeLog.Notifying;

/// <summary>The handlers' wake signals, by handler name.</summary>
internal sealed class WakeSignals
{
    private readonly ConcurrentDictionary<string, WakeSignal> _byHandler = new(StringComparer.Ordinal);

    public ICollection<string> Handlers => _byHandler.Keys;

    public WakeSignal For(string handler) => _byHandler.GetOrAdd(handler, _ => new WakeSignal());

    /// <summary>Wakes the handlers that have work.</summary>
    /// <returns>
    /// Whether any of them made progress, now or since the last call; one that keeps failing, or wakes for nothing,
    /// does not count.
    /// </returns>
    public bool Ring(IEnumerable<string> behind)
    {
        var isGoing = false;
        foreach (var wakeUp in _byHandler.Values)
        {
            isGoing |= wakeUp.TakeWorked();
        }

        foreach (var handler in behind)
        {
            var wakeUp = For(handler);
            isGoing |= wakeUp.IsReady;
            wakeUp.Ring();
        }

        return isGoing;
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
