namespace ChangeLogWorker.Steering;

/// <summary>The keys of platform.global_settings that a running worker takes.</summary>
internal static class SettingNames
{
    public const string PageSize = "changelog.handlers.page_size";

    public const string PositionsPerPage = "changelog.handlers.positions_per_page";

    public const string MaxAttempts = "changelog.retry.max_attempts";

    public static IReadOnlyList<string> All { get; } = [PageSize, PositionsPerPage, MaxAttempts];
}
