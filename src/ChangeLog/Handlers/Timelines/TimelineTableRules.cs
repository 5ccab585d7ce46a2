using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Where a timeline's entries can be stored, and what an existing table must have for them.</summary>
internal static partial class TimelineTableRules
{
    private static readonly string[] FixedColumns =
        ["id", "event_type", "stage", "occurred_at", "payload", "created_at", "updated_at", "deleted_at"];

    /// <summary>Problems with the configured names, each a sentence.</summary>
    public static IEnumerable<string> NameProblems(string key, Timeline timeline, IReadOnlyList<string> schemas)
    {
        var (schema, table) = (timeline.TableSchema, $"{timeline.TableSchema}.{timeline.TableName}");
        if (ApplicationSchemas.Own.Contains(schema))
        {
            yield return $"{key}: {table} cannot be the timeline's Table: the schema {schema} is ChangeLog's own, "
                + "and goes with it. "
                + "Set a Table in another schema.";
        }
        else if (!schemas.Contains(schema))
        {
            yield return $"{key}:Table names {table}, but there is no schema {schema}."
                + NearestName.Sentence(schema, schemas.Except(ApplicationSchemas.Own));
        }

        foreach (var (setting, column) in new[] { (
            "RootColumn", timeline.RootColumn), ("ActorColumn", timeline.ActorColumn) })
        {
            if (FixedColumns.Contains(column))
            {
                yield return $"{key}:{setting} is {column}, which is already another column of a timeline's table. "
                    + "Give it another name.";
            }
        }

        if (timeline.RootColumn == timeline.ActorColumn)
        {
            yield return $"{key}:RootColumn and {key}:ActorColumn are both {timeline.RootColumn}. Give one of them "
                + "another name.";
        }
    }

    /// <summary>Problems of the table, each a sentence; none if it does not exist.</summary>
    public static IEnumerable<string> Problems(
        string key, Timeline timeline, IReadOnlyList<CatalogColumn> rootColumns, IReadOnlyList<CatalogColumn> columns)
    {
        var wanted = columns.Count == 0 ? [] : Wanted(timeline, rootColumns);
        var table = $"{timeline.TableSchema}.{timeline.TableName}";
        foreach (var (name, type) in wanted)
        {
            var column = columns.FirstOrDefault(column => column.Name == name);
            if (column is null)
            {
                yield return $"{key}: the table {table} has no column {name}.{Nearest(name, columns)} "
                    + "Set the column's name, or another Table.";
            }
            else if (column.Type != type)
            {
                yield return $"{key}: {table}.{name} is of type {column.Type}, and must be {type}.";
            }
            else if (name == "id" && !column.IsKey)
            {
                yield return $"{key}: {table}.id is not unique. Make it the primary key.";
            }
            else if (column.IsNotNull && (name == timeline.ActorColumn || name is "stage" or "deleted_at"))
            {
                yield return $"{key}: {table}.{name} must be nullable: "
                    + $"alter table {Sql(timeline.TableSchema)}.{Sql(timeline.TableName)} alter column {Sql(name)} "
                    + "drop not null";
            }
        }

        foreach (var column in columns.Where(column => column.IsRequired && !wanted.ContainsKey(column.Name)))
        {
            yield return $"{key}: {table}.{column.Name} is required and has no default, and a timeline has "
                + "no value for it. "
                + "Give it a default, or set another Table.";
        }
    }

    public static string Nearest(string name, IReadOnlyList<CatalogColumn> columns) =>
        NearestName.Sentence(name, columns.Select(column => column.Name));

    // quoted if necessary
    private static string Sql(string name) =>
        PlainName().IsMatch(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex PlainName();

    private static Dictionary<string, string> Wanted(Timeline timeline, IReadOnlyList<CatalogColumn> rootColumns) =>
        new()
    {
        ["id"] = "uuid",
        [timeline.RootColumn] = rootColumns.FirstOrDefault(column => column.Name == timeline.RootKey)?.Type ?? "uuid",
        [timeline.ActorColumn] = "uuid",
        ["event_type"] = "character varying(255)",
        ["stage"] = timeline.StageType,
        ["occurred_at"] = "timestamp with time zone",
        ["payload"] = "jsonb",
        ["created_at"] = "timestamp with time zone",
        ["updated_at"] = "timestamp with time zone",
        ["deleted_at"] = "timestamp with time zone",
    };
}
