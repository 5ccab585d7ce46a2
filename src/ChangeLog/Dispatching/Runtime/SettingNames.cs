namespace ChangeLog.Dispatching.Runtime;

/// <summary>The keys of platform.global_settings, and of platform.feature_flags, that a running worker takes.</summary>
internal static class SettingNames
{
    public const string PageSize = "changelog.handlers.page_size";

    public const string PositionsPerPage = "changelog.handlers.positions_per_page";

    public const string MaxAttempts = "changelog.retry.max_attempts";

    /// <summary>What the key of the flag of a handler begins with.</summary>
    public const string Handler = "changelog.handler.";

    public static IReadOnlyList<string> All { get; } = [PageSize, PositionsPerPage, MaxAttempts];
}
