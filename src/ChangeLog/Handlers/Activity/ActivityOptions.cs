using Microsoft.Extensions.Options;

namespace ChangeLog.Handlers.Activity;

/// <summary>Which events become activity: section <c>ChangeLog:Activity</c>.</summary>
internal sealed class ActivityOptions
{
    public const string Section = "ChangeLog:Activity";

    /// <summary>Patterns of event types for platform.activity_logs; null: all.</summary>
    public IReadOnlyList<string>? Events { get; set; }

    /// <summary>Patterns of event types for platform.user_audit_logs; null: iam.*.</summary>
    public IReadOnlyList<string>? UserAuditEvents { get; set; }

    /// <summary>Names of event types in platform.user_audit_logs, as type=action; others keep their type.</summary>
    public IReadOnlyList<string>? ActionMap { get; set; }
}

/// <summary>Validates ActionMap entries.</summary>
internal sealed class ActivityOptionsValidator : IValidateOptions<ActivityOptions>
{
    public ValidateOptionsResult Validate(string? name, ActivityOptions options)
    {
        var problems = (options.ActionMap ?? [])
            .Where(entry => entry.Split('=', 2) is not [var type, var action]
                || string.IsNullOrWhiteSpace(type) || string.IsNullOrWhiteSpace(action))
            .Select(entry =>
                $"{ActivityOptions.Section}:{nameof(ActivityOptions.ActionMap)}: '{entry}' is no event type with "
                + "its action. Write type=action, such as iam.user.logged_in=login.")
            .ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
