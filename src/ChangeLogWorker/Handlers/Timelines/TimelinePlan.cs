using ChangeLogWorker.Configuration;
using ChangeLogWorker.Triggers.Reconciliation;
using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Handlers.Timelines;

/// <summary>The timelines that the settings ask for, by the key of their section, as far as they can be judged without a database.</summary>
internal sealed class TimelinePlan
{
    /// <exception cref="SettingsException">A timeline has no root, or two have one name.</exception>
    public TimelinePlan(IConfiguration configuration, bool runsBuiltIn)
    {
        Options = runsBuiltIn ? TimelineSettings.Read(configuration) : new Dictionary<string, TimelineOptions>();
        var problems = Options
            .Where(one => one.Value.Root is null)
            .Select(one => $"{one.Key}:Root is missing: the table whose rows have a timeline each.")
            .Concat(Options
                .Where(one => one.Value.Root is not null)
                .GroupBy(one => NameOf(one.Value))
                .Where(same => same.Count() > 1)
                .Select(same => $"{string.Join(" and ", same.Select(one => one.Key))} are both named {same.Key}. "
                    + "Give each its Name, under which its cursor is kept."))
            .ToList();
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    public IReadOnlyDictionary<string, TimelineOptions> Options { get; }

    public IEnumerable<string> Names => Options.Values.Select(NameOf);

    public static string NameOf(TimelineOptions options) => options.Name ?? Singular.Of(TableName.Parse(options.Root!).Name);
}
