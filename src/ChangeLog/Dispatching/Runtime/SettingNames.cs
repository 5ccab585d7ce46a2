namespace ChangeLog.Dispatching.Runtime;

/// <summary>Keys of platform.global_settings and platform.feature_flags that a running worker applies.</summary>
internal static class SettingNames
{
    public const string PageSize = "changelog.handlers.page_size";

    public const string PositionsPerPage = "changelog.handlers.positions_per_page";

    public const string MaxAttempts = "changelog.retry.max_attempts";

    /// <summary>Prefix of the handlers' flags.</summary>
    public const string Handler = "changelog.handler.";

    public static IReadOnlyList<string> All { get; } = [PageSize, PositionsPerPage, MaxAttempts];
}
