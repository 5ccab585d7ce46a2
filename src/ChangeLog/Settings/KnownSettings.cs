using System.Reflection;
using ChangeLog.Capture;
using ChangeLog.Coverage;
using ChangeLog.Dispatching;
using ChangeLog.Handlers.Activity;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Notifying;
using ChangeLog.Reading;
using ChangeLog.Redaction;
using ChangeLog.Schema;

namespace ChangeLog.Settings;

/// <summary>Every setting of section ChangeLog, derived from the options types so that none can be forgotten.</summary>
internal static class KnownSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Of<ChangeLogOptions>(ChangeLogOptions.Section),
        new Setting(SqlHandlerSettings.Section, typeof(IReadOnlyList<SqlHandlerOptions>), null),
        new Setting(TimelineSettings.Section, typeof(IReadOnlyList<TimelineOptions>), null),
        .. Of<HandlersOptions>(HandlersOptions.Section),
        .. Of<RetryOptions>(RetryOptions.Section),
        .. Of<NotificationsOptions>(NotificationsOptions.Section),
        .. Of<ReconcileOptions>(ReconcileOptions.Section),
        .. Of<CaptureOptions>(CaptureOptions.Section),
        .. Of<RedactionOptions>(RedactionOptions.Section),
        .. Of<PartitionsOptions>(PartitionsOptions.Section),
        .. Of<SweepOptions>(SweepOptions.Section),
        .. Of<ListenerOptions>(ListenerOptions.Section),
        .. Of<PlatformOptions>(PlatformOptions.Section),
        .. Of<ActivityOptions>(ActivityOptions.Section),
        .. Of<LinksOptions>(LinksOptions.Section),
        .. Of<EmbeddedOptions>(EmbeddedOptions.Section),
    ];

    /// <summary>Placeholder for an element's index.</summary>
    public const string AnyElement = "n";

    /// <summary>Settings of the elements of lists, with n for the index.</summary>
    public static IReadOnlyList<Setting> OfElements { get; } =
    [
        .. Of<SqlHandlerOptions>($"{SqlHandlerSettings.Section}:{AnyElement}"),
        .. Of<RedactionRuleOptions>($"{RedactionRules.Section}:{AnyElement}"),
        .. Of<TimelineOptions>($"{TimelineSettings.Section}:{AnyElement}"),
    ];

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
