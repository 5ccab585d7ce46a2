using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>The link policy of tables that match a pattern; the first matching rule applies.</summary>
/// <param name="Setting">The setting's name, for messages.</param>
/// <param name="Table">The pattern of tables.</param>
/// <param name="Policy">What happens to their links.</param>
public sealed record LinkRule(string Setting, TablePattern Table, LinkPolicy Policy)
{
    /// <summary>The policy as stored.</summary>
    public string PolicyName => Policy.ToString().ToLowerInvariant();
}
