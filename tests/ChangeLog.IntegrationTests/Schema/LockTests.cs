using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>Whom ChangeLog waits for: only for its own, and it says for whom.</summary>
public sealed class LockTests
{
    // what earlier versions took: any login may hold them, and does
    private const string HoldAdvisoryLocks =
        """
        select pg_advisory_lock(hashtext('changelog'), hashtext(l.name))
        from unnest(array['install', 'links', 'doorbell', 'timeline', 'partitions']) l (name)
        """;

    [Fact]
    public async Task A_login_that_holds_advisory_locks_holds_up_neither_an_install_nor_an_uninstall()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var eve = database.DataSourceFor(await database.CreateRoleAsync());
        await using var session = await eve.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await session.ExecuteAsync(HoldAdvisoryLocks);

        (await database.DataSource.InstallAsync()).IsFirst.ShouldBeTrue();
        (await database.DataSource.InstallAsync()).Changed.ShouldBeFalse();
        (await database.DataSource.UninstallAsync()).Failed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("select from changelog.make_partitions(5)")]
    [InlineData("select from changelog.grant_link_rights()")]
    [InlineData("select from changelog.set_notification_mode('WhenIdle')")]
    [InlineData("select from changelog.link_timeline('none')")]
    public async Task A_login_that_holds_advisory_locks_holds_up_nothing_that_a_worker_does(string statement)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var eve = database.DataSourceFor(await database.CreateRoleAsync());
        await using var session = await eve.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await session.ExecuteAsync(HoldAdvisoryLocks);

        await database.ExecuteAsync($"set lock_timeout = '2s'; set statement_timeout = '10s'; {statement}");
    }

    [Fact]
    public async Task A_login_that_holds_advisory_locks_does_not_make_writers_ring()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("select from changelog.set_notification_mode('WhenIdle')");
        await using var eve = database.DataSourceFor(await database.CreateRoleAsync());
        await using var session = await eve.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await session.ExecuteAsync(HoldAdvisoryLocks);

        await database.ExecuteAsync("select changelog.stay_awake(30000)");

        (await database.ScalarAsync<bool>("select lib_event.must_announce()")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("select from changelog.lock for update")]
    [InlineData("select from changelog.lock for key share")]
    [InlineData("select changelog.take_lock('doorbell')")]
    [InlineData("select changelog.try_lock('doorbell')")]
    [InlineData("lock table changelog.lock in row share mode")]
    [InlineData("lock table changelog.script in share row exclusive mode")]
    [InlineData("lock table changelog.script in row exclusive mode")]
    public async Task No_login_and_no_reader_can_hold_a_lock_of_ours(string statement)
    {
        await using var database = await TestDatabase.CreateAsync();
        var eve = await database.CreateRoleAsync();
        await using var logins = database.DataSourceFor(eve);
        await using var session = await logins.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await session.ExecuteAsync("begin");
        (await Should.ThrowAsync<PostgresException>(() => session.ExecuteAsync(statement)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await using var transaction = await database.OpenConnectionAsync();
        await transaction.ExecuteAsync(
            $"begin; grant usage on schema changelog to {eve.Name}; "
            + $"grant select on changelog.script, changelog.lock to {eve.Name}; set local role {eve.Name}");
        (await Should.ThrowAsync<PostgresException>(() => transaction.ExecuteAsync(statement)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Who_waits_for_a_lock_of_ours_is_told_who_holds_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var holder = await database.OpenConnectionAsync();
        await holder.ExecuteAsync(
            "set application_name = 'another worker'; begin; select changelog.take_lock('partitions')");
        var pid = await holder.ScalarAsync<string>("select pg_backend_pid()::text");

        var waiting = await Should.ThrowAsync<PostgresException>(
            () => database.ExecuteAsync("select changelog.take_lock('partitions', '100 milliseconds')"));

        waiting.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        waiting.MessageText.ShouldStartWith(
            $"the lock \"partitions\" of ChangeLog is held by process {pid} of {holder.UserName}, "
            + "application another worker, since 20");
        (await database.ScalarAsync<bool>("select changelog.try_lock('partitions')")).ShouldBeFalse();
        (await database.ScalarAsync<bool>("select changelog.try_lock('timeline')")).ShouldBeTrue();

        await holder.ExecuteAsync("commit");
        (await database.ScalarAsync<bool>("select changelog.try_lock('partitions')")).ShouldBeTrue();
        (await database.ScalarAsync<bool>("select changelog.lock_holder('partitions') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_lock_whose_row_a_restore_has_left_out_is_made_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("delete from changelog.lock");
        await using var holder = await database.OpenConnectionAsync();

        await holder.ExecuteAsync("begin; select changelog.take_lock('doorbell')");
        await holder.ExecuteAsync("commit; begin; select changelog.take_lock('doorbell')");

        (await database.ScalarAsync<bool>("select changelog.try_lock('doorbell')")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_first_install_that_another_session_holds_up_says_which_one()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var holder = await database.OpenConnectionAsync();
        await holder.ExecuteAsync("set application_name = 'a migration'; begin; create schema logs");
        var pid = await holder.ScalarAsync<int>("select pg_backend_pid()");

        var refused = await Should.ThrowAsync<RefusedException>(() => database.DataSource.InstallAsync());

        refused.ExitCode.ShouldBe(1);
        refused.Message.ShouldStartWith("Another session holds a lock that the install needs, nothing was changed: ");
        refused.Message.ShouldContain(
            $"It is held by process {pid} of {holder.UserName}, application a migration, since 20");
        refused.Message.ShouldEndWith($"(to end it: select pg_terminate_backend({pid})). Retry.");
    }
}
