namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Statements that succeed together or fail together, and what may be expected of the log for them.</summary>
internal sealed record FuzzStep(FuzzFeature Feature, params string[] Sql)
{
    /// <summary>What follows the one statement, a COPY FROM STDIN.</summary>
    public string? CopyData { get; init; }

    /// <summary>DDL: what it does to rows is no change, and nothing may be logged for it.</summary>
    public bool IsDdl { get; init; }

    /// <summary>
    /// Rows that were written may have been undone within, so the server's count of them is no measure.
    /// </summary>
    public bool UndoesWithin { get; init; }

    /// <summary>DDL and writes in one: what is left must balance, but versions have a shape that nobody sees.</summary>
    public bool ChangesShape { get; init; }

    /// <summary>Manages transactions itself, so that it can't stand in one.</summary>
    public bool Alone { get; init; }

    /// <summary>What a success means for the statements that follow, and how that is undone.</summary>
    public Action? Done { get; init; }

    public Action? Undone { get; init; }

    public override string ToString() =>
        $"-- {Feature}\n{string.Join(";\n", Sql.Select(s => s.Length > 3000 ? s[..3000] + "…" : s))}"
        + (CopyData is null ? "" : $"\n{CopyData}");
}
