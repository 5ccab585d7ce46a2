namespace ChangeLog.Hosting;

/// <summary>Tells what is new from what lasts, so that each trouble is logged once and not in every round.</summary>
internal sealed class LogOnce
{
    private HashSet<string> _before = [];
    private HashSet<string> _now = [];

    /// <summary>Whether neither this round nor the one before has said that.</summary>
    public bool IsNew(string text) => _now.Add(text) && !_before.Contains(text);

    /// <summary>Whether the round before ended in another failure, or in none; ends this one.</summary>
    public bool IsNewFailure(string reason)
    {
        var isNew = IsNew(reason);
        EndRound();
        return isNew;
    }

    /// <summary>What this round has not said is new again.</summary>
    public void EndRound() => (_before, _now) = (_now, []);
}
