using ChangeLogWorker.Triggers.Schema.Scripts;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>Compares an installation with <see cref="SchemaFact.Expected"/>.</summary>
internal static class FactComparison
{
    // applications read and write these tables, and may add to them
    private static readonly string[] Open = ["platform.feature_flags", "platform.global_settings"];

    // missing or extra ones of an existing column are fixed
    private static readonly string[] OfColumn = ["not null", "default", "identity"];

    /// <summary>Differences of tables, sequences and triggers of views.</summary>
    /// <param name="facts">From the catalog.</param>
    /// <param name="views">The existing views.</param>
    public static IEnumerable<Difference> Compare(IReadOnlyList<SchemaFact> facts, IEnumerable<string> views)
    {
        var found = facts.Where(fact => fact.Kind != "rights").ToList();
        var expected = SchemaFact.Expected.Where(fact => fact.Kind != "rights").ToList();
        var there = views.Concat(found.Where(IsWhole).Select(fact => fact.Relation)).ToHashSet();
        var (foundKeys, expectedKeys) = (Keys(found), Keys(expected));
        var extra = found.Where(fact => !expectedKeys.Contains(fact.Key)).ToList();
        var altered = extra.ToLookup(fact => fact.Subject);
        var lacking = expected.Where(fact => !foundKeys.Contains(fact.Key)).ToList();
        var gone = lacking.Where(fact => !altered.Contains(fact.Subject)).Select(fact => fact.Subject).ToHashSet();

        foreach (var fact in lacking.Where(
            fact => IsWhole(fact) || (there.Contains(fact.Relation) && !IsOfGone(fact, gone))))
        {
            yield return altered[fact.Subject].FirstOrDefault() is { } instead
                ? Describe(fact, instead)
                : Describe(fact, Difference.Missing) with { Fact = fact };
        }

        var subjects = lacking.Select(fact => fact.Subject).ToHashSet();
        var columns = expected.Where(fact => fact.Kind == "column").Select(fact => fact.Subject).ToHashSet();
        foreach (var fact in extra.Where(fact => !subjects.Contains(fact.Subject)))
        {
            if (OfColumn.Contains(fact.Kind))
            {
                if (columns.Contains((fact with { Kind = "column" }).Subject))
                {
                    yield return Describe(fact, Difference.NotOurs) with { Found = fact };
                }
            }
            else if (fact.Kind is not ("enabled" or "table" or "sequence")
                && !Open.Contains(fact.Relation) && !IsHarmless(fact))
            {
                yield return Describe(fact, Difference.NotOurs) with { IsExtra = true };
            }
        }
    }

    /// <summary>Rights that differ from the scripts' grants, by role; a role without any has not been set up.</summary>
    /// <param name="facts">From the catalog.</param>
    /// <param name="isShared">Whether a quoted schema is the application's, with privileges of its own.</param>
    public static IEnumerable<Difference> CompareRights(IReadOnlyList<SchemaFact> facts, Func<string, bool> isShared)
    {
        var found = facts.Where(fact => fact.Kind == "rights").ToList();
        var expected = SchemaFact.Expected.Where(
            fact => fact.Kind == "rights").ToDictionary(fact => fact.Relation, RightsOf);
        var known = found.SelectMany(
            RightsOf).Select(right => right.Role).Append("PUBLIC").Append("changelog_capture").ToHashSet();
        List<(string Role, string Right, bool IsMissing)> different = [];
        foreach (var fact in found)
        {
            var has = RightsOf(fact);
            var partition = OwnNames.Parent(fact.Relation);
            if (!expected.TryGetValue(partition ?? fact.Relation, out var wanted))
            {
                // reported itself: somebody's overload
                continue;
            }

            // partitions are read through their parent and may lack rights
            var lacking = partition is null ? wanted.Where(right => known.Contains(right.Role)).Except(has) : [];
            var all = lacking.Select(right => (right, true)).Concat(has.Except(wanted).Select(right => (right, false)))
                .Where(one => !(one.right.Role == "PUBLIC"
                    || one.right.Privilege.StartsWith("no ", StringComparison.Ordinal))
                    || !isShared(fact.Relation));
            different.AddRange(all.Select(one => one.right.Privilege.StartsWith("no ", StringComparison.Ordinal)
                ? (one.right.Role, $"{one.right.Privilege[3..]} on {fact.Relation}", true)
                : (one.right.Role, $"{one.right.Privilege} on {fact.Relation}", one.Item2)));
        }

        return different
            .GroupBy(one => (one.Role, one.IsMissing))
            .OrderBy(group => group.Key.IsMissing).ThenBy(group => group.Key.Role, StringComparer.Ordinal)
            .Select(group => new Difference("rights", group.Key.Role, (group.Key.IsMissing ? "lacks " : "has ")
                + Few(group.Select(one => one.Right)))
            {
                Rights = [.. group.Select(one => one.Right)],
                AreRightsMissing = group.Key.IsMissing,
            });
    }

    private static HashSet<string> Keys(IEnumerable<SchemaFact> facts) => [.. facts.Select(fact => fact.Key)];

    private static bool IsWhole(SchemaFact fact) => fact.Kind is "table" or "sequence";

    // gone together with its table or column
    private static bool IsOfGone(SchemaFact fact, HashSet<string> gone) =>
        (OfColumn.Contains(fact.Kind) && gone.Contains((fact with { Kind = "column" }).Subject))
        || (fact.Kind == "enabled" && gone.Contains((fact with { Kind = "trigger" }).Subject));

    // costs something, but neither decides nor runs anything
    private static bool IsHarmless(SchemaFact fact) =>
        fact.Kind == "index"
        && !fact.Definition.StartsWith("unique ", StringComparison.Ordinal)
        && fact.Definition.IndexOf('(', StringComparison.Ordinal) == fact.Definition.LastIndexOf('(');

    private static HashSet<(string Privilege, string Role)> RightsOf(SchemaFact fact) =>
        [.. fact.Rights.Select(right => right.Split(" of ", 2)).Select(part => (part[0], part[1]))];

    private static Difference Describe(SchemaFact fact, SchemaFact instead) =>
        Describe(fact, fact.Kind switch
        {
            "enabled" when instead.Definition == "disabled" => "is disabled",
            "enabled" when instead.Definition.Contains("disabled", StringComparison.Ordinal) =>
                "is disabled on a partition",
            "enabled" => $"is enabled as {instead.Definition} instead of {fact.Definition}",
            "sequence" or "identity" => Unlike(instead.Definition.Split(", "), fact.Definition.Split(", ")),
            _ => $"is {instead.Definition} instead of {fact.Definition}",
        }) with
        {
            Fact = fact,
            Found = instead,
        };

    private static Difference Describe(SchemaFact fact, string what) => fact.Kind switch
    {
        "table" or "sequence" => new Difference(fact.Kind, fact.Relation, what),
        "column" => new Difference(fact.Kind, $"{fact.Relation}.{fact.Name}", what),
        "not null" => new Difference("constraint", $"not null of {fact.Relation}.{fact.Name}", what),
        "default" or "identity" => new Difference(fact.Kind, $"of {fact.Relation}.{fact.Name}", what),
        "constraint" => new Difference(fact.Kind, $"\"{fact.Name}\" of {fact.Relation}", what),
        "child" => new Difference("table", $"{fact.Name} below {fact.Relation}", what),
        _ => new Difference(fact.Kind == "enabled" ? "trigger" : fact.Kind, $"{fact.Name} of {fact.Relation}", what),
    };

    private static string Unlike(IEnumerable<string> found, IEnumerable<string> expected) => string.Join(
        ", ",
        expected.Except(found).Order(StringComparer.Ordinal).Select(trait => $"lacks {trait}")
            .Concat(found.Except(expected).Order(StringComparer.Ordinal).Select(trait => $"has {trait}")));

    private static string Few(IEnumerable<string> rights)
    {
        var all = rights.Select(right => right.Replace(" on table ", " on ", StringComparison.Ordinal)
            .Replace(" on function ", " on ", StringComparison.Ordinal)
            .Replace(" on sequence ", " on ", StringComparison.Ordinal)
            .Replace("*", " with grant option", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", all.Take(3)) + (all.Count > 3 ? $" and {all.Count - 3} more" : string.Empty);
    }
}
