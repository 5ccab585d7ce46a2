namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>
/// What stands in all tables at one instant, as JSON text, and how many rows the server says were written.
/// </summary>
internal sealed class Rows
{
    private readonly Dictionary<uint, List<(string Leaf, string Row)>> _tables = [];
    private readonly List<string> _content = [];

    public Dictionary<uint, string> Names { get; } = [];

    /// <summary>Of each table: inserted, updated and deleted in this transaction so far.</summary>
    public Dictionary<uint, (long Inserts, long Updates, long Deletes)> Written { get; } = [];

    /// <summary>The same text for two databases with the same content, whatever their oids.</summary>
    public IReadOnlyList<string> Content => _content;

    public IReadOnlyCollection<uint> Tables => _tables.Keys;

    public void Add(uint table, string name, string leaf, string? row)
    {
        _content.Add($"{name}|{leaf}|{row}");
        if (table == 0)
        {
            return;
        }

        Names[table] = name;
        if (!_tables.TryGetValue(table, out var rows))
        {
            _tables[table] = rows = [];
        }

        if (row is not null)
        {
            rows.Add((leaf, row));
        }
    }

    /// <summary>Without sequences, which a rollback leaves as they are.</summary>
    public IEnumerable<string> TableContent =>
        _content.Where(c => !c.StartsWith("sequence|", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public IReadOnlyList<(string Leaf, string Row)> Of(uint table) =>
        _tables.TryGetValue(table, out var rows) ? rows : [];
}
