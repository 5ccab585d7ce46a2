using System.Globalization;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>A random schema with some features, and random statements on it: the same for the same seed.</summary>
internal sealed class FeatureSchema
{
    /// <summary>A role without any right but those that a feature gives; the test puts its name in its place.</summary>
    public const string Role = "{role}";

    private readonly Random _random;
    private readonly List<FeatureTable> _tables = [];
    private readonly List<Func<FuzzStep>> _steps = [];
    private readonly List<(FuzzFeature Feature, string Sql)> _types = [];
    private readonly List<(FuzzFeature Feature, string Sql)> _after = [];
    private readonly Queue<Func<FuzzStep>> _turns;
    private int _names;

    public FeatureSchema(int seed, IReadOnlyList<FuzzFeature> features, FuzzServer server)
    {
        _random = new Random(seed);
        Server = server;
        Features = features;
        for (var i = 0; i < 2; i++)
        {
            AddTable(new FeatureTable("public", NewName("plain")));
        }

        foreach (var feature in features)
        {
            FeatureCatalog.Add[feature](this);
        }

        foreach (var table in _tables.Where(t => t.Key is null && Chance(2)))
        {
            table.MakeKey("k");
        }

        _turns = new Queue<Func<FuzzStep>>(_steps.OrderBy(_ => Next(int.MaxValue)));
    }

    public IReadOnlyList<FuzzFeature> Features { get; }

    public FuzzServer Server { get; }

    /// <summary>
    /// Whether something fires after a row and writes other rows that the same statement has written too.
    /// </summary>
    /// <remarks>Then those rows' changes may stand in another order: docs/adding-a-handler.md says so.</remarks>
    public bool Reorders { get; set; }

    public IReadOnlyList<FeatureTable> Tables => _tables;

    public IEnumerable<FuzzStep> Setup() =>
    [
        .. _types.Select(t => Ddl(t.Feature, t.Sql)),
        .. _tables.SelectMany(t => t.Create).Select(sql => Ddl(FuzzFeature.PlainWrites, sql)),
        .. _after.Select(a => Ddl(a.Feature, a.Sql)),
        .. _tables.Concat(_tables).Select(
            t => new FuzzStep(FuzzFeature.PlainWrites, TableStatements.Insert(this, t, t.Sql))),
    ];

    /// <summary>Each feature's statements once, and then any.</summary>
    public FuzzStep NextStep()
    {
        if (_turns.TryDequeue(out var turn))
        {
            return turn();
        }

        return _steps.Count > 0 && !Chance(3) ? Pick(_steps)() : TableStatements.Next(this, AnyTable());
    }

    public FeatureTable AddTable(FeatureTable table)
    {
        if (!table.HasFixedColumns)
        {
            var kinds = FuzzTable.Kinds.Where(k => Server.HasXml || k.Type != "xml").ToList();
            for (var i = Next(4); i > 0; i--)
            {
                var (type, values) = Pick(kinds);
                table.Add($"c{i.ToString(CultureInfo.InvariantCulture)}", type, values);
            }
        }

        _tables.Add(table);
        return table;
    }

    /// <summary>One of the tables, or another one, so that features meet on the same table now and then.</summary>
    public FeatureTable AnyTable() => Pick(_tables);

    public FeatureTable NewTable(string name) => AddTable(new FeatureTable("public", NewName(name)));

    public FeatureTable AnyOrNewTable(string name) => Chance(2) ? AnyTable() : NewTable(name);

    /// <summary>One that foreign keys and ON CONFLICT may name by k.</summary>
    public FeatureTable KeyedTable()
    {
        var table = Chance(2) ? AnyTable() : NewTable("keyed");
        table.MakeKey("k");
        return table.Key == "k" && !table.HasRules ? table : KeyedTable();
    }

    public void AddType(FuzzFeature feature, params string[] sql) => _types.AddRange(sql.Select(s => (feature, s)));

    public void AddAfter(FuzzFeature feature, params string[] sql) => _after.AddRange(sql.Select(s => (feature, s)));

    public void AddStep(params Func<FuzzStep>[] steps) => _steps.AddRange(steps);

    public string NewName(string kind) => $"{kind}{(++_names).ToString(CultureInfo.InvariantCulture)}";

    public int Next(int below) => _random.Next(below);

    public bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    public T PickOf<T>(params T[] from) => from[_random.Next(from.Length)];

    /// <summary>A key that others are likely to have too.</summary>
    public string K() => Next(16).ToString(CultureInfo.InvariantCulture);

    public string Where() => Next(6) switch
    {
        0 => $"k = {K()}",
        1 => $"k in ({K()}, {K()}, {K()})",
        2 => $"n < {Next(8)}",
        3 => "true",
        _ => $"k % {PickOf(2, 3, 5)} = {Next(3)}",
    };

    private static FuzzStep Ddl(FuzzFeature feature, string sql) => new(feature, sql) { IsDdl = true };
}
