namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>What of rows, events and contexts is not recorded raw.</summary>
/// <remarks>No record: its text would hold the key.</remarks>
/// <param name="rules">The configured rules; null keeps those stored in the database.</param>
/// <param name="switchedOff">The default rules that do not hold; null keeps what is stored.</param>
/// <param name="hashKey">The key of the way hash; null keeps the one there is.</param>
public sealed class RedactionSettings(
    IReadOnlyList<RedactionRule>? rules = null, IReadOnlyList<string>? switchedOff = null, string? hashKey = null)
{
    /// <summary>The default rules by name, as the migration writes them.</summary>
    public static IReadOnlyList<string> DefaultRules { get; } =
    [
        "*password*", "*passwd*", "*secret*", "*token", "*api_key*", "*private_key*", "platform.global_settings.value",
    ];

    /// <summary>The configured rules; null keeps those stored in the database.</summary>
    public IReadOnlyList<RedactionRule>? Rules { get; } = rules;

    /// <summary>The default rules that do not hold; null keeps what is stored.</summary>
    public IReadOnlyList<string>? SwitchedOff { get; } = switchedOff;

    /// <summary>The key of the way hash; null keeps the one there is.</summary>
    public string? HashKey { get; } = hashKey;
}
