using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What the tests of installing and reconciling say all the time.</summary>
internal static class Installs
{
    public static CaptureSettings Defaults { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static CaptureSettings Without(params string[] patterns) => Defaults with { NonLoggedTables = patterns };

    /// <summary>A table says who a user is; with keys, that of platform refer to it by foreign keys.</summary>
    public static CaptureSettings WithUsers(string table, bool keys = false) =>
        Defaults with { UsersTable = TableName.Parse(table), UsersForeignKeys = keys };

    public static Task<InstallReport> InstallAsync(
        this NpgsqlDataSource dataSource, CaptureSettings? settings = null) =>
        new SchemaInstaller(dataSource, TimeProvider.System).InstallAsync(settings ?? Defaults, Token);

    public static Task<InstallReport> PlanInstallAsync(
        this NpgsqlDataSource dataSource, CaptureSettings? settings = null) =>
        new SchemaInstaller(dataSource, TimeProvider.System).PlanAsync(settings ?? Defaults, Token);

    public static Task<UninstallReport> UninstallAsync(this NpgsqlDataSource dataSource, bool dropData = false) =>
        new SchemaInstaller(dataSource, TimeProvider.System).UninstallAsync(dropData, Token);

    public static Task<bool> IsInstalledAsync(this NpgsqlDataSource dataSource) =>
        new SchemaInstaller(dataSource, TimeProvider.System).IsInstalledAsync(Token);

    public static Task<ReconcileReport> ReconcileAsync(
        this NpgsqlDataSource dataSource, CaptureSettings? settings = null) =>
        new TriggerReconciler(dataSource, TimeProvider.System).RunOnceAsync(settings ?? Defaults, Token);

    public static Task<ReconcileReport> PlanReconcileAsync(
        this NpgsqlDataSource dataSource, CaptureSettings? settings = null) =>
        new TriggerReconciler(dataSource, TimeProvider.System).PlanAsync(settings ?? Defaults, Token);

    /// <summary>
    /// An empty database with ChangeLog installed, cloned: an install of its own would cost each test a second. Without
    /// event triggers, what a reconcile does is seen.
    /// </summary>
    public static async Task<TestDatabase> CreateAsync(bool followsDdl = true)
    {
        var database = await TestDatabase.CreateAsync();
        if (!followsDdl)
        {
            await database.ExecuteAsync(
                "drop event trigger changelog_ddl; drop event trigger changelog_drop; "
                    + "drop event trigger changelog_rewrite");
        }

        return database;
    }

    /// <summary>
    /// The triggers of ours on the tests' tables, one a line: table, name without oid, function call, enabled. Each
    /// installation has them on the two tables of platform that are logged too (PlatformTablesTests).
    /// </summary>
    public static Task<IReadOnlyList<string>> TriggersAsync(this TestDatabase database) => database.LinesAsync(
        """
        select tgrelid::regclass,
               regexp_replace(tgname, '\d+$', case when tgname like '%\_' || tgrelid then 'own' else 'other' end),
               replace(
                   replace(substring(pg_get_triggerdef(oid) from 'logs\..*'), 'capture_' || tgrelid, 'capture_own'),
                   tgrelid::text,
                   'oid'),
               tgenabled
        from pg_trigger
        where tgfoid::regproc::text ~ '^logs[.]capture_(row_change|partition_change|truncate|[0-9]+)$'
        and tgrelid::regclass::text not in ('platform.feature_flags', 'platform.global_settings')
        order by tgrelid::regclass::text collate "C", tgname
        """);

    /// <summary>
    /// The coverage of the tests' tables, one period a line: table, captured, reason, whether it is over.
    /// </summary>
    public static Task<IReadOnlyList<string>> CoverageAsync(this TestDatabase database) => database.LinesAsync(
        """
        select table_schema || '.' || table_name, captured, reason,
            case when valid_until is null then 'still' else 'over' end
        from changelog.coverage
        where table_schema <> 'platform'
        order by id
        """);

    public static async Task<RefusedException> RefusalAsync(Func<Task> act, int exitCode)
    {
        var refused = await Should.ThrowAsync<RefusedException>(act);
        refused.ExitCode.ShouldBe(exitCode, refused.Message);
        return refused;
    }
}
