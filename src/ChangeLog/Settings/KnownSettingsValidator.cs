using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ChangeLog.Settings;

/// <summary>Rejects unknown settings in any host.</summary>
internal sealed class KnownSettingsValidator(IConfiguration configuration) : IValidateOptions<ChangeLogOptions>
{
    public ValidateOptionsResult Validate(string? name, ChangeLogOptions options)
    {
        var problems = SettingsCheck.Problems(configuration);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
