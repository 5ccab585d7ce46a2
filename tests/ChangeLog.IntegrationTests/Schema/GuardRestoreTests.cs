using ChangeLog.Status;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>
/// Guards that were taken off the log, and settings under which nothing is captured, are found and put right.
/// </summary>
public sealed class GuardRestoreTests
{
    [Theory]
    [InlineData("alter table logs.change disable trigger user", "The guard refuse_change of logs.change is disabled.")]
    [InlineData(
        "alter table logs.change_default disable trigger user",
        "The guard refuse_truncate of logs.change_default is disabled.")]
    [InlineData(
        "alter table logs.transaction disable trigger refuse_change",
        "The guard refuse_change of logs.transaction is disabled.")]
    [InlineData(
        "alter table lib_event.event enable replica trigger refuse_change",
        "The guard refuse_change of lib_event.event is disabled.")]
    [InlineData(
        "drop trigger refuse_change on lib_event.event", "The guard refuse_change of lib_event.event is missing.")]
    [InlineData(
        "drop trigger refuse_truncate on logs.change_default",
        "The guard refuse_truncate of logs.change_default is missing.")]
    [InlineData(
        "drop trigger refuse_change on platform.user_audit_logs",
        "The guard refuse_change of platform.user_audit_logs is missing.")]
    [InlineData(
        "alter event trigger changelog_ddl disable; drop trigger refuse_change on lib_event.event; "
        + "create trigger refuse_change before "
        + "delete on lib_event.event for each row execute function logs.refuse_change(); "
        + "alter event trigger changelog_ddl enable",
        "The guard refuse_change of lib_event.event is altered.")]
    [InlineData(
        "alter table platform.activity_logs disable trigger all",
        "The guard refuse_change of platform.activity_logs is disabled.")]
    public async Task A_guard_that_does_not_hold_is_found_and_put_back_with_an_event(string attack, string finding)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.DataSource.InstallAsync();
        (await ProblemsAsync(database)).ShouldNotContain(
            problem => problem.StartsWith("The guard", StringComparison.Ordinal));
        var guards = await GuardsAsync(database);
        // with it a guard that is dropped is back at once
        await database.ExecuteAsync(
            $"alter event trigger changelog_drop disable; {attack}; alter event trigger changelog_drop enable");

        (await ProblemsAsync(database)).ShouldContain($"{finding} Run: changelog install");
        var restored = (await database.DataSource.InstallAsync()).Warnings;

        var was = finding.Replace(" is ", " was ", StringComparison.Ordinal);
        restored.ShouldContain($"{was} It was restored; until then it guarded nothing.");
        (await ProblemsAsync(database)).ShouldNotContain(
            problem => problem.StartsWith("The guard", StringComparison.Ordinal));
        (await GuardsAsync(database)).ShouldBe(guards);
        (await database.LinesAsync(
            """
            select payload ->> 'db_user' = session_user, payload ->> 'os_user' is not null
            from lib_event.event
            where event_type = 'changelog.schema.restored'
            and payload -> 'different' ? $1
            """,
            was)).ShouldBe(["t|t"]);
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_in_which_no_trigger_fires_is_a_finding_and_a_role_is_not()
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = await database.CreateRoleAsync();
        // in this database: the server is other tests' as well
        await database.ExecuteAsync(
            $"alter role {role.Name} in database \"{database.Name}\" set session_replication_role = replica");
        (await ProblemsAsync(database)).ShouldNotContain(
            problem => problem.StartsWith("Nothing", StringComparison.Ordinal));
        await database.ExecuteAsync($"alter database \"{database.Name}\" set session_replication_role = replica");

        var said =
            $"Nothing is captured: session_replication_role = replica is set for database {database.Name}, "
            + "under which no "
            + $"trigger fires. Run: alter database {database.Name} reset session_replication_role";
        (await ProblemsAsync(database)).ShouldContain(said);
        (await database.DataSource.InstallAsync()).Reconcile.Warnings.ShouldContain(said);

        await database.ExecuteAsync($"alter database \"{database.Name}\" reset session_replication_role");
        (await ProblemsAsync(database)).ShouldNotContain(
            problem => problem.StartsWith("Nothing", StringComparison.Ordinal));
        await database.ExecuteAsync($"drop owned by {role.Name}");
    }

    private static Task<IReadOnlyList<string>> GuardsAsync(TestDatabase database) => database.LinesAsync(
        """
        select tgrelid::regclass, pg_get_triggerdef(oid), tgenabled
        from pg_trigger
        where tgfoid = 'logs.refuse_change'::regproc
        order by tgrelid::regclass::text, 2
        """);

    private static async Task<IReadOnlyList<string>> ProblemsAsync(TestDatabase database)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await new StatusReader(connection).ReadAsync(TestContext.Current.CancellationToken)).Problems;
    }
}
