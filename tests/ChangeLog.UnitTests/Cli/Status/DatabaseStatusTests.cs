using ChangeLogWorker.Cli.Status;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Cli.Status;

public sealed class DatabaseStatusTests
{
    [Fact]
    public void A_table_that_is_not_covered_is_said_once_and_not_for_each_trigger()
    {
        var status = Status(
            uninstalled: false,
            new TableStatus("shop.busy", "table", Covered: false, Since: null, "it is locked", IsWrong: true),
            new TableStatus("shop.free", "table", Covered: true, Since: null, Reason: null, IsWrong: false));
        status.Problems.ShouldBe(
        [
            "shop.free: the trigger is disabled (b). Run: changelog reconcile",
            "shop.busy is not covered: it is locked. Run: changelog reconcile",
        ]);
    }

    [Fact]
    public void What_an_uninstall_could_not_reach_is_named_with_the_verb_that_finishes_it() =>
        Status(uninstalled: true).Problems.ShouldBe(
        [
            "ChangeLog is not installed here any more: only what the uninstall could not reach is captured. "
                + "Run: changelog install",
            "shop.busy: the trigger is missing (a). Run: changelog uninstall",
            "shop.free: the trigger is disabled (b). Run: changelog uninstall",
        ]);

    private static DatabaseStatus Status(bool uninstalled, params TableStatus[] tables) => new(
        new Installation(
            "shop", "15.18", default, null, uninstalled ? default(DateTimeOffset) : null, true, 1, 0, false, Captures: true),
        [],
        [],
        [],
        tables,
        [],
        new SettingsInForce([], null, LogNoOpUpdates: false, FireAlways: false, "always"),
        ["shop.busy: the trigger is missing (a)", "shop.free: the trigger is disabled (b)"]);
}
