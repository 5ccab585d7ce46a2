using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>Reads <c>ChangeLog:Links:Policies</c>.</summary>
internal static class LinkPolicies
{
    public const string Section = $"{LinksOptions.Section}:{nameof(LinksOptions.Policies)}";

    private static readonly string[] Known = [.. Enum.GetNames<LinkPolicy>().Select(name => name.ToLowerInvariant())];

    // of two equally specific policies, the reversible one
    private static readonly LinkPolicy[] Gentler = [LinkPolicy.Delete, LinkPolicy.Nullify, LinkPolicy.Keep];

    /// <summary>Parses policies, in order of precedence: a JSON object has no order.</summary>
    /// <param name="entries">Each as pattern=policy.</param>
    /// <exception cref="RefusedException">One is malformed.</exception>
    public static IReadOnlyList<LinkRule> Read(IReadOnlyList<string> entries) =>
        [.. entries
            .Select(Read)
            .OrderByDescending(rule => rule.Table.IsExact)
            .ThenByDescending(rule => rule.Table.IsExact ? 0 : rule.Table.LiteralLength)
            .ThenByDescending(rule => Array.IndexOf(Gentler, rule.Policy))];

    private static LinkRule Read(string entry)
    {
        // a table's name may contain '=', a policy does not
        var sign = entry.LastIndexOf('=');
        if (sign <= 0)
        {
            throw Refused(
                $"{Section}: '{entry}' is not table=policy. Write it, such as public.notes=nullify.");
        }

        var policy = entry[(sign + 1)..].Trim();
        if (!Known.Contains(policy, StringComparer.OrdinalIgnoreCase))
        {
            throw Refused(
                $"{Section}: '{policy}' of '{entry}' is not a policy; {NearestName.OrAll(policy, Known)}.");
        }

        return TableFilter.Parse([entry[..sign]], Section) is [var table]
            ? new LinkRule(Section, table, Enum.Parse<LinkPolicy>(policy, ignoreCase: true))
            : throw Refused($"{Section}: '{entry}' is not a single table pattern. Write one entry per pattern.");
    }

    private static RefusedException Refused(string message) => new(message, 2);
}
