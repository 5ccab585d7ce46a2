using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChangeLog.Dispatching;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;

namespace ChangeLog.Status;

/// <summary>All that <c>status</c> says.</summary>
internal sealed record DatabaseStatus(
    Installation Installation,
    IReadOnlyList<WorkerStatus> Workers,
    NotificationStatus Notifications,
    IReadOnlyList<HandlerStatus> Handlers,
    IReadOnlyList<HandlerTrouble> Troubles,
    IReadOnlyList<TimelineStatus> Timelines,
    IReadOnlyList<TableStatus> Tables,
    IReadOnlyList<LogSize> Log,
    SettingsInForce Settings,
    IReadOnlyList<RedactionStatus> Redaction,
    IReadOnlyList<string> OutOfLine)
{
    private static readonly TimeSpan Stalled = TimeSpan.FromMinutes(1);

    // a worker that restarts is back by then
    private static readonly TimeSpan Unattended = TimeSpan.FromSeconds(10);

    public UsersStatus Users { get; init; } = new(null, Linked: false, Reason: null);

    /// <summary>How many of the latest changes have a known actor, by application and database user.</summary>
    public IReadOnlyList<KnownActors> Actors { get; init; } = [];

    /// <summary>Runtime settings in the database: flags that stop handlers, and overridden settings.</summary>
    [JsonPropertyName("orders")]
    public IReadOnlyList<RuntimeSettingStatus> RuntimeSettings { get; init; } = [];

    /// <summary>Redaction rules and link policies that match nothing, or less than they say.</summary>
    public IReadOnlyList<RuleWarning> Rules { get; init; } = [];

    /// <summary>Why link policies of the application's tables are not in force.</summary>
    public string? LinksNotInForce { get; init; }

    /// <summary>What the last link sweep could not resolve or clear.</summary>
    public IReadOnlyList<string> LinkFindings { get; init; } = [];

    /// <summary>Tables whose triggers were all disabled.</summary>
    public IReadOnlyList<SuspendedTable> Suspended { get; init; } = [];

    /// <summary>Periods in which changes were missed, the latest first.</summary>
    public IReadOnlyList<CoverageGap> Gaps { get; init; } = [];

    /// <summary>Why nothing is captured despite the triggers, and which guards of the log are ineffective.</summary>
    public IReadOnlyList<string> Unprotected { get; init; } = [];

    /// <summary>Altered objects of ChangeLog's.</summary>
    public IReadOnlyList<Difference> Altered { get; init; } = [];

    /// <summary>Problems: any of them makes the verb exit with code 3.</summary>
    public IReadOnlyList<string> Problems => [.. FindProblems()];

    /// <summary>Worth knowing, though nothing is lost by it.</summary>
    public IReadOnlyList<string> Warnings => [.. FindWarnings()];

    // what no worker comes for
    private List<HandlerStatus> Waiting => Workers.Count > 0
        ? []
        : [.. Handlers.Where(handler =>
            handler.Behind > 0 && handler.OldestUnhandled > Unattended && !IsStoppedByFlag(handler.Handler))];

    private IEnumerable<string> FindProblems()
    {
        if (Installation.IsUninstalled)
        {
            yield return "ChangeLog is no longer installed here: "
                + (OutOfLine.Count == 0 ? "nothing is captured" : "only what the uninstall could not reach is captured")
                + ". Run: changelog install";
            foreach (var finding in OutOfLine)
            {
                yield return $"{finding}. Run: changelog uninstall";
            }

            yield break;
        }

        foreach (var difference in Altered)
        {
            yield return difference.Finding;
        }

        foreach (var finding in Unprotected)
        {
            yield return finding;
        }

        // report a table that is not captured once, with the reason, not for each missing trigger
        foreach (var finding in OutOfLine.Where(IsOfCapturedTable))
        {
            yield return $"{finding}. Run: changelog reconcile";
        }

        foreach (var table in Suspended)
        {
            yield return $"{table.Table} has not been captured since {Moment(table.Since)}: "
                + $"{table.DatabaseUser ?? "somebody"} disabled all of its triggers, as a restore does. "
                + $"When that is over, run: {table.Statement}";
        }

        foreach (var table in Tables.Where(table => table.IsWrong && !IsSuspended(table)))
        {
            var isToBeGranted = table.Reason?.Contains(TableRights.Remedy, StringComparison.Ordinal) is true;
            yield return $"{table.Table} is not captured: {table.Reason?.TrimEnd('.')}. "
                + $"{(isToBeGranted ? "Then run" : "Run")}: changelog reconcile";
        }

        foreach (var rule in Rules.Where(rule => rule.IsWrong))
        {
            yield return $"{rule.Sentence} Correct or remove the rule.";
        }

        if (Waiting is [_, ..] waiting)
        {
            var (most, oldest) = (waiting.Max(one => one.Behind), waiting.Max(one => one.OldestUnhandled!.Value));
            yield return $"No worker is running; {Format.Of(most, "change")} pending, the oldest for "
                + $"{Format.Of(oldest)}. Run: changelog run";
        }

        foreach (var handler in Handlers.Where(IsStopped))
        {
            yield return $"The handler {handler.Handler} has stalled; {Format.Of(handler.Behind, "change")} pending. "
                + "Perhaps no running worker is configured to run it; otherwise see the worker's log.";
        }

        foreach (var trouble in Troubles.Where(IsPaused))
        {
            yield return $"The handler {trouble.Handler} has been paused since {Moment(trouble.PausedSince)}, "
                + $"at the {trouble.Where}: "
                + $"{trouble.Error?.TrimEnd('.')}. It resumes by itself once that is fixed.";
        }

        foreach (var trouble in Troubles.Where(trouble => trouble.DeadLetters > 0))
        {
            yield return $"The handler {trouble.Handler} has {Format.Of(trouble.DeadLetters, "dead letter")}. "
                + $"Run: changelog dead-letters list --handler {trouble.Handler}";
        }

        if (Notifications.IsQueueFilling)
        {
            yield return $"The server's notification queue is {Notifications.QueueUsage:P0} full, "
                + "so nothing is announced until it "
                + "empties: some session listens and does not read. End it: select pid, state, xact_start, query from "
                + "pg_stat_activity where state like 'idle in transaction%' order by xact_start";
        }

        if (Installation.PositionsFellBehind)
        {
            yield return "The sequence lib_event.position has fallen behind the log, as after a restore: "
                + "positions would be used twice. "
                + "Run: changelog reconcile";
        }

        if (Installation.PositionCache != 1)
        {
            yield return $"The sequence lib_event.position has CACHE {Installation.PositionCache}, "
                + "which mixes up the order "
                + "of a record's changes. Run: alter sequence lib_event.position cache 1";
        }
    }

    private IEnumerable<string> FindWarnings()
    {
        if (Workers.Count == 0 && Waiting.Count == 0 && !Installation.IsUninstalled)
        {
            yield return "No worker is running: changes are captured, but not handled. Run: changelog run";
        }

        foreach (var setting in RuntimeSettings)
        {
            yield return Sentence(setting);
        }

        foreach (var trouble in Troubles.Where(trouble => IsFailing(trouble) && !IsPaused(trouble)))
        {
            yield return $"The handler {trouble.Handler} has been failing since {Moment(trouble.FailingSince)} "
                + "and is being retried: "
                + $"{trouble.Error?.TrimEnd('.')}.";
        }

        if (Handlers.Count == 0)
        {
            yield return "No handler has started yet. Run: changelog run";
        }

        foreach (var timeline in Timelines.Where(timeline => timeline.MissingColumns.Count > 0))
        {
            yield return (timeline.RootIsThere
                    ? $"The timeline {timeline.Name} no longer finds its roots' stage or key: "
                        + $"{timeline.Root} has no column "
                        + string.Join(" and no column ", timeline.MissingColumns)
                    : $"The timeline {timeline.Name} is blocked: its root table {timeline.Root} does not exist")
                + ". Rename it back, or name it in ChangeLog:Timelines and start the worker again.";
        }

        foreach (var bypassed in Tables.Where(table => table.Covered).GroupBy(table => table.Reason))
        {
            if (bypassed.Key is { } reason)
            {
                yield return $"{Named([.. bypassed])} captured {reason}. Remove that setting or subscription, or "
                    + "set ChangeLog:Capture:FireAlways.";
            }
        }

        foreach (var rule in Redaction.Where(rule => rule.Always.Count > 0))
        {
            yield return $"The rule {rule.Rule} redacts every row of {string.Join(", ", rule.Always)}: "
                + "there is no boolean column "
                + $"{rule.When}. Correct its When.";
        }

        foreach (var rule in Rules.Where(rule => !rule.IsWrong))
        {
            yield return rule.Sentence;
        }

        if (LinksNotInForce is { } notInForce)
        {
            yield return notInForce;
        }

        foreach (var finding in LinkFindings)
        {
            yield return finding;
        }

        if (Installation.DefaultPartitionUsed)
        {
            yield return "There are changes in the default partition logs.change_default, for which a month's "
                + "partition "
                + "was not "
                + "made in time. They are handled like any other; only dropping old months does not reach them.";
        }
    }

    private string Sentence(RuntimeSettingStatus setting)
    {
        if (setting.Setting is { } name)
        {
            JsonElement? value = setting.Value is { } given ? JsonElement.Parse(given) : null;
            return RuntimeSettingValue.Apply(name, value, new HandlersOptions(), new RetryOptions()) is { } problem
                ? $"{name} of platform.global_settings cannot be applied: {problem}. The configured value stays."
                : $"{name} of platform.global_settings overrides the configuration: {setting.Value}.";
        }

        var flag = setting.Flag ?? SettingNames.Handler + setting.StoppedHandler;
        if (IsStoppedByFlag(setting.StoppedHandler))
        {
            return $"The handler {setting.StoppedHandler} is stopped by its flag; it skips nothing. To start it: "
                + "update platform.feature_flags set is_enabled = true where key = "
                + $"'{flag.Replace("'", "''", StringComparison.Ordinal)}'";
        }

        return $"The flag {flag} matches no handler."
            + NearestName.Sentence(flag, Handlers.Select(handler => SettingNames.Handler + handler.Handler));
    }

    private bool IsStoppedByFlag(string? handler) =>
        RuntimeSettings.Any(setting => setting.StoppedHandler == handler)
        && Handlers.Any(known => known.Handler == handler);

    private static string Named(IReadOnlyList<TableStatus> tables) =>
        tables.Count == 1 ? $"{tables[0].Table} is" : $"{tables.Count} tables ({tables[0].Table}, …) are";

    private bool IsOfCapturedTable(string finding) =>
        !Tables.Any(table => table.IsWrong && finding.StartsWith($"{table.Table}: ", StringComparison.Ordinal));

    // also for a partition's root
    private bool IsSuspended(TableStatus table) =>
        Suspended.Count > 0 && table.Reason is { } reason
            && reason.EndsWith(" are disabled, as a restore does", StringComparison.Ordinal);

    private bool IsPaused(HandlerTrouble trouble) => trouble.PausedSince is not null && IsFailing(trouble);

    // a failure noted by a worker that was killed is moot once another has handled everything
    private bool IsFailing(HandlerTrouble trouble) =>
        trouble.FailingSince is not null && Handlers.Any(one => one.Handler == trouble.Handler && one.Behind > 0);

    private static string Moment(DateTimeOffset? moment) =>
        moment?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? string.Empty;

    private bool IsStopped(HandlerStatus handler) =>
        Workers.Count > 0
        && handler.Behind > 0
        && !IsStoppedByFlag(handler.Handler)
        && !Troubles.Any(trouble => trouble.Handler == handler.Handler && IsPaused(trouble))
        && handler.LastMoved > Stalled
        && handler.OldestUnhandled > Stalled;
}
