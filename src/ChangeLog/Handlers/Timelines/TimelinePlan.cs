using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Handlers.Timelines;

/// <summary>The configured timelines by section key, checked as far as possible without a database.</summary>
internal sealed class TimelinePlan
{
    /// <exception cref="SettingsException">
    /// A timeline has no root, an event's path has an empty segment, or two share a name or a table.
    /// </exception>
    public TimelinePlan(IConfiguration configuration, bool runsBuiltIn)
    {
        Options = runsBuiltIn ? TimelineSettings.Read(configuration) : new Dictionary<string, TimelineOptions>();
        var rooted = Options.Where(one => one.Value.Root is not null).ToList();
        var problems = Options
            .Where(one => one.Value.Root is null)
            .Select(one => $"{one.Key}:Root is missing: the table whose rows each have a timeline.")
            .Concat(Shared(rooted, one => NameOf(one))
                .Select(same =>
                    $"{same.Keys} are both named {same.What}. Give each its own Name."))
            .Concat(Shared(rooted, one => TableOf(one).ToString())
                .Select(same => $"{same.Keys} are both stored in {same.What}. Give each its own Table."))
            .Concat(rooted.SelectMany(one => (one.Value.Events ?? [])
                .Where(TimelineEvents.HasEmptySegment)
                .Select(text => $"{one.Key}:Events has {text}, whose path to the root's key has an empty segment. "
                    + "Write it as in courses.plan.*=plan.id.")))
            .ToList();
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    public IReadOnlyDictionary<string, TimelineOptions> Options { get; }

    public IEnumerable<string> Names => Options.Values.Select(NameOf);

    public static string NameOf(TimelineOptions options) =>
        options.Name ?? Singular.Of(TableName.Parse(options.Root!).Name);

    public static TableName TableOf(TimelineOptions options)
    {
        var root = TableName.Parse(options.Root!);
        return options.Table is { } given
            ? TableName.Parse(given)
            : root with { Name = $"{Singular.Of(root.Name)}_events" };
    }

    private static IEnumerable<(string Keys, string What)> Shared(
        IEnumerable<KeyValuePair<string, TimelineOptions>> timelines, Func<TimelineOptions, string> what) =>
        timelines
            .GroupBy(one => what(one.Value))
            .Where(same => same.Count() > 1)
            .Select(same => (string.Join(" and ", same.Select(one => one.Key)), same.Key));
}
