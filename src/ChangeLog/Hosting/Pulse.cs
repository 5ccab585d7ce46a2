namespace ChangeLog.Hosting;

/// <summary>State of the loops, for whoever supervises the worker.</summary>
internal sealed class Pulse(TimeProvider time)
{
    // a round ends by itself: none of its few statements may take longer than 5 s
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(30);

    private volatile Round? _last;
    private volatile bool _isServerAway;

    /// <summary>Whether the server is unreachable and is being waited for.</summary>
    public bool IsServerAway
    {
        get => _isServerAway;
        set => _isServerAway = value;
    }

    /// <summary>How many handlers had work at the last look; null before the first.</summary>
    public int? Behind => _last?.Behind;

    /// <summary>Whether the loops make progress; true before the first round.</summary>
    public bool IsAlive =>
        _last is not { } last || time.GetElapsedTime(last.At) < last.Pause + LongestRound;

    /// <summary>The watch has finished a round and pauses.</summary>
    public void Beat(int? behind, TimeSpan pause)
    {
        IsServerAway = behind is null;
        _last = new Round(time.GetTimestamp(), behind ?? Behind, pause);
    }

    private sealed record Round(long At, int? Behind, TimeSpan Pause);
}
