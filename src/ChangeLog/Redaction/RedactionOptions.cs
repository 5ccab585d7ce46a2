using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Microsoft.Extensions.Options;

namespace ChangeLog.Redaction;

/// <summary>What is redacted in rows, events and contexts: section <c>ChangeLog:Redaction</c>.</summary>
internal sealed class RedactionOptions
{
    public const string Section = "ChangeLog:Redaction";

    /// <summary>Rules in addition to, and ahead of, the default ones; null: those stored in the database.</summary>
    public IReadOnlyList<RedactionRuleOptions>? Rules { get; set; }

    /// <summary>Default rules that are switched off; null: as stored in the database.</summary>
    public IReadOnlyList<string>? SwitchedOff { get; set; }

    /// <summary>The key for Hash; null: a random one that the database keeps.</summary>
    public string? HashKey { get; set; }
}

/// <summary>Rejects malformed rules; whether their tables exist is for the database to say.</summary>
internal sealed class RedactionOptionsValidator : IValidateOptions<RedactionOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, RedactionOptions options)
    {
        List<string> problems =
        [
            .. (options.Rules ?? []).Select(Problem).OfType<string>(),
            .. (options.SwitchedOff ?? []).Except(RedactionSettings.DefaultRules).Select(Unknown),
        ];
        if (options.HashKey is { Length: < ShortestKey })
        {
            problems.Add($"{RedactionOptions.Section}:HashKey is shorter than {ShortestKey} characters, "
                + "so hashed values could be guessed.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Problem(RedactionRuleOptions rule, int index)
    {
        if (string.IsNullOrWhiteSpace(rule.Column))
        {
            return $"{RedactionRules.Setting(index)}:Column is missing: a column, or a pattern of columns in which * "
                + "is the wildcard.";
        }

        try
        {
            _ = RedactionRules.Read(rule, index);
            return null;
        }
        catch (RefusedException unreadable)
        {
            return unreadable.Message;
        }
    }

    private static string Unknown(string name) =>
        $"{RedactionOptions.Section}:SwitchedOff: there is no default rule {name}; "
        + $"{NearestName.OrAll(name, RedactionSettings.DefaultRules)}.";
}
