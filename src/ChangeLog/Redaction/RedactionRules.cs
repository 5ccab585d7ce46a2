using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Redaction;

/// <summary>Reads <c>ChangeLog:Redaction:Rules</c>.</summary>
internal static class RedactionRules
{
    public const string Section = $"{RedactionOptions.Section}:{nameof(RedactionOptions.Rules)}";

    /// <summary>The rules of the last source that has any; null if none does, an empty list if it says so.</summary>
    public static IReadOnlyList<RedactionRuleOptions>? Given(IConfiguration configuration)
    {
        var section = EffectiveSection.Section(configuration, Section);
        var rules = section.GetChildren().Select(
            rule => rule.Get<RedactionRuleOptions>()).OfType<RedactionRuleOptions>().ToList();
        return rules.Count == 0 && section.Value is null ? null : rules;
    }

    /// <exception cref="RefusedException">Its table pattern is malformed.</exception>
    public static RedactionRule Read(RedactionRuleOptions rule, int index) => new(
        Setting(index),
        Table(rule.Table, $"{Setting(index)}:{nameof(rule.Table)}"),
        new ColumnPattern(rule.Column!.Trim()),
        rule.Way ?? RedactionMethod.Mask,
        string.IsNullOrWhiteSpace(rule.When) ? null : rule.When.Trim());

    public static string Setting(int index) => $"{Section}:{index}";

    private static TablePattern Table(string? pattern, string setting) =>
        string.IsNullOrWhiteSpace(pattern) ? RedactionRule.AllTables
        : TableFilter.Parse([pattern], setting) is [var one] ? one
        : throw new RefusedException($"{setting} is '{pattern}', but a rule has a single table pattern.", 2);
}
