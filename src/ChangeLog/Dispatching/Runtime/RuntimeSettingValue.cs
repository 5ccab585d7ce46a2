using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>A setting in platform.global_settings that overrides the configuration.</summary>
internal static class RuntimeSettingValue
{
    /// <summary>Applies it to the options.</summary>
    /// <returns>Why it cannot be applied; null if it was.</returns>
    public static string? Apply(string setting, JsonElement? value, HandlersOptions handlers, RetryOptions retry) =>
        setting switch
    {
        SettingNames.PageSize => Set(handlers, nameof(handlers.PageSize), value, number => handlers.PageSize = number),
        SettingNames.PositionsPerPage =>
            Set(handlers, nameof(handlers.PositionsPerPage), value, number => handlers.PositionsPerPage = number),
        SettingNames.MaxAttempts => Set(retry, nameof(retry.MaxAttempts), value, number => retry.MaxAttempts = number),
        _ => $"it is not a runtime setting; {NearestName.OrAll(setting, SettingNames.All)}",
    };

    private static string? Set(object options, string property, JsonElement? json, Action<int> set)
    {
        if (json is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var value))
        {
            return "its value is not an integer";
        }

        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateProperty(value, new ValidationContext(options) { MemberName = property }, problems))
        {
            return problems[0].ErrorMessage?.TrimEnd('.');
        }

        set(value);
        return null;
    }
}
