using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Options;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What happens to links whose target was deleted: section <c>ChangeLog:Links</c>.</summary>
internal sealed class LinksOptions
{
    public const string Section = "ChangeLog:Links";

    /// <summary>Whether this worker clears links.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Policies, as pattern=policy, taking precedence over platform.global_settings; null: those stored in the
    /// database.
    /// </summary>
    public IReadOnlyList<string>? Policies { get; set; }

    /// <summary>How often all links are compared with their targets.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Rejects malformed policies; whether their tables exist is for the database to say.</summary>
internal sealed class LinksOptionsValidator : IValidateOptions<LinksOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, LinksOptions options)
    {
        var problems = new List<string>();
        if (options.SweepInterval < Shortest || options.SweepInterval > Longest)
        {
            problems.Add(
                $"{LinksOptions.Section}:{nameof(options.SweepInterval)} (hh:mm:ss) must be between {Shortest:c} "
                    + $"and {Longest:c}.");
        }

        foreach (var entry in options.Policies ?? [])
        {
            try
            {
                _ = LinkPolicies.Read([entry]);
            }
            catch (RefusedException unreadable)
            {
                problems.Add(unreadable.Message);
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
