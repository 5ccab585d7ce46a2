namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>A table of a random schema: every one has the columns k, n and t, and what features add to it.</summary>
internal sealed class FeatureTable(string schema, string name)
{
    public string Schema { get; set; } = schema;

    public string Name { get; set; } = name;

    public string Sql => $"{FuzzTable.Quote(Schema)}.{FuzzTable.Quote(Name)}";

    /// <summary>The name as a value, for functions that take a regclass or text.</summary>
    public string Literal => FuzzTable.Literal(Sql);

    public string Command { get; set; } = "create table";

    public List<string> Definitions { get; } = ["k int", "n int default 0", "t text"];

    /// <summary>The type that the table is made of.</summary>
    public string? TypeName { get; init; }

    public string Suffix { get; set; } = "";

    /// <summary>DDL that follows its creation: partitions, triggers.</summary>
    public List<string> Then { get; } = [];

    /// <summary>What plain statements write beside k and n.</summary>
    public List<(string Name, string[] Values)> Columns { get; } = [("t", ["'a'", "'b'", "''", "null"])];

    /// <summary>What must be unique so that ON CONFLICT finds it, and foreign keys can point to it.</summary>
    public string? Key { get; private set; }

    /// <summary>Columns come from elsewhere: a type, or other tables.</summary>
    public bool HasFixedColumns { get; set; }

    /// <summary>Partitioned by something that no key may hold.</summary>
    public bool CannotHaveKey { get; set; }

    /// <summary>ON CONFLICT and MERGE refuse it.</summary>
    public bool HasRules { get; set; }

    public bool IsPartitioned => Suffix.Contains("partition by", StringComparison.Ordinal);

    public IEnumerable<string> Create =>
        Then.Prepend(
            $"{Command} {Sql}{(TypeName is null ? "" : $" of {TypeName}")} ({string.Join(", ", Definitions)}){Suffix}");

    public void Add(string column, string type, params string[] values)
    {
        if (HasFixedColumns)
        {
            return;
        }

        Definitions.Add($"{column} {type}");
        if (values.Length > 0)
        {
            Columns.Add((column, values));
        }
    }

    public void MakeKey(string columns, string kind = "primary key")
    {
        if (Key is null && !HasFixedColumns && !CannotHaveKey)
        {
            Key = columns;
            Definitions.Add($"{kind} ({columns})");
        }
    }

}
