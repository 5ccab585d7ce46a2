using ChangeLog.Status;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Status;

public sealed class DatabaseStatusTests
{
    [Fact]
    public void A_table_that_is_not_covered_is_said_once_and_not_for_each_trigger()
    {
        var status = Status(
            uninstalled: false,
            queueUsage: 0,
            new TableStatus("shop.busy", "table", Covered: false, Since: null, "it is locked", IsWrong: true),
            new TableStatus("shop.free", "table", Covered: true, Since: null, Reason: null, IsWrong: false));
        status.Problems.ShouldBe(
        [
            "shop.free: the trigger is disabled (b). Run: changelog reconcile",
            "shop.busy is not captured: it is locked. Run: changelog reconcile",
        ]);
    }

    [Fact]
    public void What_an_uninstall_could_not_reach_is_named_with_the_verb_that_finishes_it() =>
        Status(uninstalled: true).Problems.ShouldBe(
        [
            "ChangeLog is no longer installed here: only what the uninstall could not reach is captured. "
                + "Run: changelog install",
            "shop.busy: the trigger is missing (a). Run: changelog uninstall",
            "shop.free: the trigger is disabled (b). Run: changelog uninstall",
        ]);

    [Theory]
    [InlineData(0.49, false)]
    [InlineData(0.5, true)]
    public void A_notification_queue_that_fills_is_wrong(double usage, bool isWrong) =>
        Status(uninstalled: false, usage).Problems.Any(
            problem => problem.StartsWith("The server's notification queue is "))
            .ShouldBe(isWrong);

    [Fact]
    public void A_backlog_is_wrong_but_not_that_of_a_handler_which_a_flag_stops()
    {
        var hour = TimeSpan.FromHours(1);
        var status = Status(uninstalled: false) with
        {
            Handlers = [new HandlerStatus("index", "changes", 1, 7, hour, hour, null)],
            OutOfLine = [],
        };

        status.Problems.ShouldBe(
            ["No worker is running; 7 changes pending, the oldest for 60 min. Run: changelog run"]);
        status.Warnings.ShouldNotContain(note => note.StartsWith("No worker is running"));
        (status with { Workers =
            [new WorkerStatus("here", 1, "1.0.0", "worker", default, default)] }).Problems.ShouldBe(
            ["The handler index has stalled; 7 changes pending. Perhaps no running worker is configured to run it; "
                + "otherwise see the worker's log."]);

        var ordered = status with { RuntimeSettings = [new RuntimeSettingStatus("index", null, null, null)] };
        ordered.Problems.ShouldBeEmpty();
        ordered.Warnings.ShouldContain("The handler index is stopped by its flag; it skips nothing. To start it: "
            + "update platform.feature_flags set is_enabled = true where key = 'changelog.handler.index'");
    }

    [Theory]
    [InlineData(1, 9, true)]
    [InlineData(1, 11, false)]
    [InlineData(0, 3600, true)]
    public void Where_no_worker_runs_nothing_may_wait_for_longer_than_a_restart_takes(
        long behind, int oldestSeconds, bool isFine)
    {
        var handler = new HandlerStatus(
            "index", "changes", 1, behind, TimeSpan.FromSeconds(oldestSeconds), TimeSpan.FromSeconds(1), null);
        var status = Status(uninstalled: false) with { Handlers = [handler], OutOfLine = [] };

        status.Problems.Count.ShouldBe(isFine ? 0 : 1);
        status.Warnings.Any(note => note.StartsWith("No worker is running")).ShouldBe(isFine);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public void Where_a_worker_runs_what_was_written_in_the_last_minute_is_no_backlog(int oldestSeconds, bool isFine)
    {
        var handler = new HandlerStatus(
            "index", "changes", 1, 7, TimeSpan.FromSeconds(oldestSeconds), TimeSpan.FromHours(1), null);

        (Status(uninstalled: false) with
        {
            Handlers = [handler],
            OutOfLine = [],
            Workers = [new WorkerStatus("here", 1, "1.0.0", "worker", default, default)],
        }).Problems.Count.ShouldBe(isFine ? 0 : 1);
    }

    [Fact]
    public void What_an_uninstalled_database_does_not_do_is_not_promised() =>
        (Status(uninstalled: true) with { OutOfLine = [] }).Warnings.ShouldNotContain(
            note => note.Contains("changes are captured"));

    [Fact]
    public void A_table_that_lacks_a_grant_is_named_with_the_grant_before_the_reconcile() =>
        (Status(
            uninstalled: false,
            queueUsage: 0,
            new TableStatus(
                "shop.busy", "table", Covered: false, Since: null,
                "permission denied for schema shop (let its owner run: grant usage on schema shop to changelog_owner)",
                IsWrong: true)) with
        {
            OutOfLine = [],
        }).Problems.ShouldBe(
        [
            "shop.busy is not captured: permission denied for schema shop (let its owner run: grant usage on schema "
                + "shop to changelog_owner). Then run: changelog reconcile",
        ]);

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public void A_handler_that_moved_in_the_last_minute_works_where_a_worker_runs(int lastMovedSeconds, bool isFine)
    {
        var handler = new HandlerStatus(
            "index", "changes", 1, 7, TimeSpan.FromHours(1), TimeSpan.FromSeconds(lastMovedSeconds), null);

        (Status(uninstalled: false) with
        {
            Handlers = [handler],
            OutOfLine = [],
            Workers = [new WorkerStatus("here", 1, "1.0.0", "worker", default, default)],
        }).Problems.Count.ShouldBe(isFine ? 0 : 1);
    }

    private static DatabaseStatus Status(bool uninstalled, double queueUsage = 0, params TableStatus[] tables) => new(
        new Installation(
            "shop", "15.18", default, null, uninstalled ? default(DateTimeOffset) : null, true,
            1, false, Captures: true),
        [],
        new NotificationStatus("WhenIdle", WorkerAwake: false, queueUsage, MaxPreparedTransactions: 0),
        [],
        [],
        [],
        tables,
        [],
        new SettingsInForce([], null, LogNoOpUpdates: false, FireAlways: false),
        [],
        ["shop.busy: the trigger is missing (a)", "shop.free: the trigger is disabled (b)"]);
}
