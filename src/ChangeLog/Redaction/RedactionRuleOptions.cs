using ChangeLogWorker.Triggers.Redaction;

namespace ChangeLog.Redaction;

/// <summary>One rule of redaction: an element of <c>ChangeLog:Redaction:Rules</c>.</summary>
internal sealed class RedactionRuleOptions
{
    /// <summary>A pattern of tables; null: all, and events and contexts too.</summary>
    public string? Table { get; set; }

    /// <summary>A pattern of columns and of JSON keys.</summary>
    public string? Column { get; set; }

    /// <summary>How values are replaced.</summary>
    public RedactionMethod? Way { get; set; } = RedactionMethod.Mask;

    /// <summary>A boolean column: redact only rows where it is true.</summary>
    public string? When { get; set; }
}
