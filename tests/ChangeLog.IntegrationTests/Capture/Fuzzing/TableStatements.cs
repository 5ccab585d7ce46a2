namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Statements that any table takes.</summary>
internal static class TableStatements
{
    public static FuzzStep Next(FeatureSchema schema, FeatureTable table, string? target = null)
    {
        var sql = Statement(schema, table, target ?? table.Sql);
        return new FuzzStep(FuzzFeature.PlainWrites, sql);
    }

    /// <summary>The same with RETURNING now and then.</summary>
    public static string Statement(FeatureSchema schema, FeatureTable table, string target)
    {
        var column = schema.Pick(table.Columns);
        var sql = schema.Next(13) switch
        {
            < 4 => Insert(schema, table, target),
            4 => $"insert into {target} (k, n, t) select k + 16, n, t from {target} where k < 16 and {schema.Where()}",
            5 => $"update {target} set n = n + 1 where {schema.Where()}",
            6 => $"update {target} set {column.Name} = {Value(schema, column.Values)} where {schema.Where()}",
            7 => $"update {target} set {Assignments(schema, table)} where {schema.Where()}",
            8 => $"update {target} set {column.Name} = {column.Name}",
            9 => $"update {target} set k = k + {schema.PickOf("1", "100", "-16")} where {schema.Where()}",
            10 => $"update {target} set k = {schema.K()}, n = default where k = {schema.K()}",
            _ => $"delete from {target} where {schema.Where()}",
        };
        return schema.Chance(4) ? sql + " returning *" : sql;
    }

    public static string Insert(FeatureSchema schema, FeatureTable table, string target)
    {
        var names = string.Join(", ", table.Columns.Select(c => c.Name));
        return $"insert into {target} (k, n, {names}) values {Rows(schema, table)}";
    }

    public static string Rows(FeatureSchema schema, FeatureTable table) =>
        string.Join(", ", Enumerable.Range(0, schema.Next(4) + 1).Select(_ => Row(schema, table)));

    public static string Row(FeatureSchema schema, FeatureTable table) =>
        $"({schema.K()}, {schema.Next(9)}, {string.Join(", ", table.Columns.Select(c => Value(schema, c.Values)))})";

    public static string Value(FeatureSchema schema, string[] values) =>
        schema.Chance(5) ? "default" : schema.Pick(values);

    private static string Assignments(FeatureSchema schema, FeatureTable table) =>
        string.Join(", ", table.Columns.Select(c => $"{c.Name} = {Value(schema, c.Values)}"));
}
