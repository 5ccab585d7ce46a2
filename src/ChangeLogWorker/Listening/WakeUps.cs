using System.Collections.Concurrent;

namespace ChangeLogWorker.Listening;

/// <summary>The wake-up of each handler's loop, by the handler's name.</summary>
internal sealed class WakeUps
{
    private readonly ConcurrentDictionary<string, WakeUp> _byHandler = new(StringComparer.Ordinal);

    /// <summary>The handlers that have asked for theirs.</summary>
    public ICollection<string> Handlers => _byHandler.Keys;

    public WakeUp For(string handler) => _byHandler.GetOrAdd(handler, _ => new WakeUp());

    public void RingAll()
    {
        foreach (var wakeUp in _byHandler.Values)
        {
            wakeUp.Ring();
        }
    }
}
