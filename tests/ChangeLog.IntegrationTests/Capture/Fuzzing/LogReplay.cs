namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Applies logged changes to the rows that were there, and compares the outcome with those that are.</summary>
internal static class LogReplay
{
    /// <summary>
    /// In order: each change finds the version that it says was there. Null where all is as it should be.
    /// </summary>
    public static string? Ordered(Rows before, IEnumerable<LoggedChange> changes, Rows after)
    {
        var tables = before.Tables.ToDictionary(t => t, t => Count(before.Of(t)));
        var truncated = new HashSet<(uint, string?)>();
        foreach (var change in changes)
        {
            if (!tables.TryGetValue(change.Table, out var rows))
            {
                tables[change.Table] = rows = [];
            }

            if (change.Op == "T")
            {
                if (!truncated.Add((change.Table, change.Partition)))
                {
                    return $"truncated twice: {change}";
                }

                Empty(rows, before, change);
                continue;
            }

            if (change.Old is { } old && !Take(rows, old))
            {
                return $"the log speaks of a row that was not there: {change}";
            }

            if (change.New is { } now)
            {
                Put(rows, now);
            }
        }

        return tables.Keys.Union(after.Tables).Select(t => Difference(t, tables.GetValueOrDefault(t, []), after))
            .FirstOrDefault(d => d is not null);
    }

    /// <summary>In any order: what was and what came is what is and what went.</summary>
    public static string? Balanced(Rows before, IReadOnlyList<LoggedChange> changes, Rows after)
    {
        foreach (var table in before.Tables.Union(after.Tables))
        {
            var rows = Count(before.Of(table));
            foreach (var change in changes.Where(c => c.Table == table && c.New is not null))
            {
                Put(rows, change.New!);
            }

            foreach (var change in changes.Where(c => c.Table == table && c.Old is not null))
            {
                if (!Take(rows, change.Old!))
                {
                    return $"the log speaks of a row that never was: {change}";
                }
            }

            if (Difference(table, rows, after) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    /// <summary>Only how many rows there are, for tables whose shape changed in between.</summary>
    public static string? Counted(Rows before, IReadOnlyList<LoggedChange> changes, Rows after)
    {
        foreach (var table in after.Tables)
        {
            var count = before.Of(table).Count + changes.Where(c => c.Table == table)
                .Sum(c => (c.New is null ? 0 : 1) - (c.Old is null ? 0 : 1));
            if (count != after.Of(table).Count)
            {
                return $"{after.Names[table]} has {after.Of(table).Count} rows, by the log {count}";
            }
        }

        return null;
    }

    /// <summary>
    /// As many changes as the server has counted rows; of updates it counts those too that change nothing.
    /// </summary>
    public static string? Measured(Rows before, IReadOnlyList<LoggedChange> changes, Rows after)
    {
        foreach (var (table, total) in after.Written)
        {
            var earlier = before.Written.GetValueOrDefault(table);
            var (inserts, updates, deletes) = (
                total.Inserts - earlier.Inserts, total.Updates - earlier.Updates, total.Deletes - earlier.Deletes);
            var logged = changes.Where(c => c.Table == table).ToLookup(c => c.Op);
            if (logged["I"].Count() != inserts || logged["D"].Count() != deletes || logged["U"].Count() > updates)
            {
                return $"{after.Names.GetValueOrDefault(table)}: {inserts} inserted, "
                    + $"{updates} updated, {deletes} deleted; "
                    + $"logged {logged["I"].Count()}, {logged["U"].Count()}, {logged["D"].Count()}";
            }
        }

        return null;
    }

    private static Dictionary<string, int> Count(IEnumerable<(string Leaf, string Row)> rows) =>
        rows.GroupBy(r => r.Row).ToDictionary(g => g.Key, g => g.Count());

    private static void Put(Dictionary<string, int> rows, string row) => rows[row] = rows.GetValueOrDefault(row) + 1;

    private static bool Take(Dictionary<string, int> rows, string row)
    {
        if (!rows.TryGetValue(row, out var count))
        {
            return false;
        }

        if (count == 1)
        {
            rows.Remove(row);
        }
        else
        {
            rows[row] = count - 1;
        }

        return true;
    }

    private static void Empty(Dictionary<string, int> rows, Rows before, LoggedChange truncation)
    {
        if (truncation.Partition is null)
        {
            rows.Clear();
            return;
        }

        foreach (var (_, row) in before.Of(truncation.Table).Where(r => r.Leaf == truncation.Partition))
        {
            Take(rows, row);
        }
    }

    private static string? Difference(uint table, Dictionary<string, int> replayed, Rows after)
    {
        var now = Count(after.Of(table));
        var missing = now.Where(n => replayed.GetValueOrDefault(n.Key) != n.Value).Select(n => n.Key).ToList();
        var surplus = replayed.Where(r => now.GetValueOrDefault(r.Key) != r.Value).Select(r => r.Key).ToList();
        return missing.Count + surplus.Count == 0
            ? null
            : $"{after.Names.GetValueOrDefault(table)}: in the table but not by the log:\n  "
                + $"{string.Join("\n  ", missing)}\n"
                + $"by the log but not in the table:\n  {string.Join("\n  ", surplus)}";
    }
}
