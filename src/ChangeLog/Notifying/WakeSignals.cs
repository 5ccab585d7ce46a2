using System.Collections.Concurrent;

namespace ChangeLog.Notifying;

/// <summary>The wake signal of each handler's loop, by the handler's name.</summary>
internal sealed class WakeSignals
{
    private readonly ConcurrentDictionary<string, WakeSignal> _byHandler = new(StringComparer.Ordinal);

    /// <summary>The handlers that have asked for theirs.</summary>
    public ICollection<string> Handlers => _byHandler.Keys;

    public WakeSignal For(string handler) => _byHandler.GetOrAdd(handler, _ => new WakeSignal());

    /// <summary>Rings for handlers that have something to do.</summary>
    /// <returns>
    /// Whether that got, or has since the last call got, anything going: one that keeps failing, or wakes for nothing,
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

    /// <summary>Rings for every handler, before anybody has looked which of them have something to do.</summary>
    public void RingAll()
    {
        foreach (var wakeUp in _byHandler.Values)
        {
            wakeUp.Ring();
        }
    }
}
