using System.Reflection;

namespace ChangeLogWorker.Configuration;

/// <summary>Every setting of section ChangeLog, read off the options types, so that no list can be forgotten.</summary>
internal static class KnownSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Of<ChangeLogOptions>(ChangeLogOptions.Section),
        new Setting(SqlHandlerSettings.Section, typeof(IReadOnlyList<SqlHandlerOptions>), null),
        .. Of<HandlersOptions>(HandlersOptions.Section),
        .. Of<RetryOptions>(RetryOptions.Section),
        .. Of<NotificationsOptions>(NotificationsOptions.Section),
        .. Of<ReconcileOptions>(ReconcileOptions.Section),
        .. Of<CaptureOptions>(CaptureOptions.Section),
        .. Of<PartitionsOptions>(PartitionsOptions.Section),
        .. Of<SweepOptions>(SweepOptions.Section),
        .. Of<ListenerOptions>(ListenerOptions.Section),
        .. Of<PlatformOptions>(PlatformOptions.Section),
        .. Of<ActivityOptions>(ActivityOptions.Section),
        .. Of<EmbeddedOptions>(EmbeddedOptions.Section),
    ];

    /// <summary>The settings of each handler in ChangeLog:SqlHandlers, n standing for its number.</summary>
    public static IReadOnlyList<Setting> OfSqlHandlers { get; } =
        [.. Of<SqlHandlerOptions>($"{SqlHandlerSettings.Section}:{SqlHandlerSettings.AnyHandler}")];

    private static IEnumerable<Setting> Of<TOptions>(string section)
        where TOptions : new()
    {
        var defaults = new TOptions();
        return typeof(TOptions)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property =>
                new Setting($"{section}:{property.Name}", property.PropertyType, property.GetValue(defaults)));
    }
}
