namespace ChangeLog.Hosting;

/// <summary>Separates new failures from lasting ones, so that each is logged once instead of in every round.</summary>
internal sealed class LogOnce
{
    private HashSet<string> _before = [];
    private HashSet<string> _now = [];

    /// <summary>Whether neither this round nor the previous one has reported that.</summary>
    public bool IsNew(string text) => _now.Add(text) && !_before.Contains(text);

    /// <summary>Whether the previous round ended otherwise; ends this one.</summary>
    public bool IsNewFailure(string reason)
    {
        var isNew = IsNew(reason);
        EndRound();
        return isNew;
    }

    /// <summary>Forgets what this round has not reported.</summary>
    public void EndRound() => (_before, _now) = (_now, []);
}
