using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ChangeLog.Settings;

/// <summary>Refuses unknown settings in whatever program the worker runs.</summary>
internal sealed class KnownSettingsValidator(IConfiguration configuration) : IValidateOptions<ChangeLogOptions>
{
    public ValidateOptionsResult Validate(string? name, ChangeLogOptions options)
    {
        var problems = SettingsCheck.Problems(configuration);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
