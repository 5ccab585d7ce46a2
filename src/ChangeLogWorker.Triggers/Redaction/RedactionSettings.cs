namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>What is redacted in rows, events and contexts.</summary>
/// <remarks>Not a record: its text would contain the key.</remarks>
/// <param name="rules">The configured rules; null keeps those stored in the database.</param>
/// <param name="switchedOff">Default rules that are switched off; null keeps what is stored.</param>
/// <param name="hashKey">The key for Hash; null keeps the current one.</param>
public sealed class RedactionSettings(
    IReadOnlyList<RedactionRule>? rules = null, IReadOnlyList<string>? switchedOff = null, string? hashKey = null)
{
    /// <summary>Names of the default rules, which the table's script inserts.</summary>
    public static IReadOnlyList<string> DefaultRules { get; } =
    [
        "*password*", "*passwd*", "*secret*", "*token", "*api_key*", "*private_key*", "platform.global_settings.value",
    ];

    /// <summary>The configured rules.</summary>

    public IReadOnlyList<RedactionRule>? Rules { get; } = rules;

    /// <summary>Default rules that are switched off.</summary>

    public IReadOnlyList<string>? SwitchedOff { get; } = switchedOff;

    /// <summary>The key for Hash.</summary>

    public string? HashKey { get; } = hashKey;
}
