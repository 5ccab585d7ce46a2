using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Checks the configured timelines against the database, by what is installed.</summary>
internal sealed class TimelineCheck(TimelinePlan plan)
{
    private const string Text = "text";

    private const string DefaultStageColumn = "stage";

    /// <summary>The timelines, resolved against the catalog.</summary>
    /// <exception cref="SettingsException">Something named is missing or unsuitable.</exception>
    public async Task<IReadOnlyList<Timeline>> RunAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (plan.Options.Count == 0)
        {
            return [];
        }

        var catalog = new TimelineCatalog(connection);
        var tables = await catalog.TablesAsync(cancellationToken);
        var schemas = await catalog.SchemasAsync(cancellationToken);
        var enums = await catalog.EnumsAsync(cancellationToken);
        var problems = new List<string>();
        var timelines = new List<Timeline>();
        foreach (var (key, options) in plan.Options)
        {
            var root = TableName.Parse(options.Root!);
            if (Missing($"{key}:Root", root, tables) is { } missing)
            {
                problems.Add(missing);
                continue;
            }

            var columns = await catalog.ColumnsAsync(root, cancellationToken);
            var before = problems.Count;
            var timeline = Resolve(key, options, root, columns, enums, problems);
            var table = TimelinePlan.TableOf(options);
            problems.AddRange(TimelineTableRules.NameProblems(key, timeline, schemas));
            problems.AddRange(Children(key, options, tables, await catalog.ReachingAsync(root, cancellationToken)));
            if (problems.Count == before)
            {
                // a missing table has been reported already
                problems.AddRange(TimelineTableRules.Problems(
                    key, timeline, columns, await catalog.ColumnsAsync(table, cancellationToken)));
            }

            if (await catalog.HolderAsync(table, timeline.Name, cancellationToken) is { } holder)
            {
                problems.Add(
                    $"{key}: {table} already holds the timeline {holder}. Give this one another Table, "
                        + $"or the Name {holder}.");
            }

            timelines.Add(timeline);
        }

        return problems.Count == 0 ? timelines : throw new SettingsException(problems);
    }

    private static Timeline Resolve(
        string key,
        TimelineOptions options,
        TableName root,
        IReadOnlyList<CatalogColumn> columns,
        IReadOnlyList<CatalogEnum> enums,
        List<string> problems)
    {
        var one = Singular.Of(root.Name);
        var table = TimelinePlan.TableOf(options);
        var rootColumn = options.RootColumn ?? $"{one}_id";
        var rootKey = columns.FirstOrDefault(column => column.IsKey)?.Name;
        if (rootKey is null)
        {
            problems.Add($"{key}:Root is {root}, which has no single-column key: "
                + "a timeline needs a unique id, or a primary "
                + "key of one column.");
        }

        return new Timeline(
            TimelinePlan.NameOf(options),
            root.Schema,
            root.Name,
            rootKey ?? string.Empty,
            table.Schema,
            table.Name,
            rootColumn,
            options.ActorColumn!,
            options.Service,
            StageColumn(key, options, root, columns, problems),
            StageType(key, options, root, columns, enums, problems),
            options.Children is null ? null : [.. options.Children.Select(child => TableName.Parse(child).ToString())],
            [.. (options.Events ?? []).Select(text => TimelineEvents.Parse(text, rootColumn))],
            options.ForeignKeys);
    }

    private static string? StageColumn(
        string key, TimelineOptions options, TableName root,
        IReadOnlyList<CatalogColumn> columns, List<string> problems)
    {
        if (columns.Any(column => column.Name == (options.StageColumn ?? DefaultStageColumn)))
        {
            return options.StageColumn ?? DefaultStageColumn;
        }

        if (options.StageColumn is { } missing)
        {
            problems.Add(
                $"{key}:StageColumn is {missing}, which is not a column of {root}."
                    + TimelineTableRules.Nearest(missing, columns));
        }

        return null;
    }

    private static string StageType(
        string key,
        TimelineOptions options,
        TableName root,
        IReadOnlyList<CatalogColumn> columns,
        IReadOnlyList<CatalogEnum> enums,
        List<string> problems)
    {
        var column = columns.FirstOrDefault(column => column.Name == (options.StageColumn ?? DefaultStageColumn));
        var own = enums.FirstOrDefault(known => known.Type == column?.Type);
        if (options.StageType is not { } given)
        {
            return own?.Type ?? Text;
        }

        var name = given.Replace("\"", string.Empty, StringComparison.Ordinal);
        var stage = enums.FirstOrDefault(known => known.Name == name || known.Name == $"public.{name}")
            ?? enums.FirstOrDefault(known => known.Name == $"{root.Schema}.{name}");
        if (stage is null)
        {
            problems.Add($"{key}:StageType is {given}, which does not exist."
                + (enums.Count > 0
                    ? NearestName.Sentence(name, enums.Select(known => known.Name))
                    : " There are no enums."));
            return Text;
        }

        foreach (var lacking in (own?.Labels ?? []).Except(stage.Labels))
        {
            problems.Add($"{key}:StageType is {given}, which lacks the stage '{lacking}' that {root}.{column?.Name} "
                + "may have. "
                + (NearestName.Of(
                    lacking, stage.Labels) is { } near ? $"The nearest is '{near}'. " : string.Empty)
                + $"To add it: alter type {stage.Type} add value "
                + $"'{lacking.Replace("'", "''", StringComparison.Ordinal)}'");
        }

        return stage.Type;
    }

    private static IEnumerable<string> Children(
        string key, TimelineOptions options, List<TableName> tables, List<TableName> reaching)
    {
        foreach (var child in (options.Children ?? []).Select(TableName.Parse))
        {
            if (Missing($"{key}:Children", child, tables) is { } missing)
            {
                yield return missing;
            }
            else if (!reaching.Contains(child))
            {
                yield return $"{key}:Children has {child}, which has no foreign key to {options.Root}, in any "
                    + "number of steps."
                    + (reaching.Count > 0
                        ? NearestName.Sentence(child.ToString(), reaching.Select(table => table.ToString()))
                        : " No table has.");
            }
        }
    }

    private static string? Missing(string setting, TableName table, List<TableName> tables) =>
        tables.Contains(table)
            ? null
            : $"{setting} names {table}, which does not exist."
                + (tables.Count > 0
                    ? NearestName.Sentence(table.ToString(), tables.Select(known => known.ToString()))
                    : " There are no tables.");
}
