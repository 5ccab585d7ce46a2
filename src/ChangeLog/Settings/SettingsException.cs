namespace ChangeLog.Settings;

/// <summary>The settings are unusable; lists every problem as a sentence.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
