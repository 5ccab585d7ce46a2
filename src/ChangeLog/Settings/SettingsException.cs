namespace ChangeLog.Settings;

/// <summary>The settings cannot be used; all that is wrong with them, each a sentence.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
