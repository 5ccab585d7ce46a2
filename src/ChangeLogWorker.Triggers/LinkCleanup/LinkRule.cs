using ChangeLogWorker.Triggers.Capture;

namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>The policy of the tables that a pattern matches; of a table the first rule holds.</summary>
/// <param name="Setting">The setting as the person knows it, for what is wrong with it.</param>
/// <param name="Table">The pattern of tables.</param>
/// <param name="Policy">What becomes of their links.</param>
public sealed record LinkRule(string Setting, TablePattern Table, LinkPolicy Policy)
{
    /// <summary>The policy as the database has it.</summary>
    public string PolicyName => Policy.ToString().ToLowerInvariant();
}
