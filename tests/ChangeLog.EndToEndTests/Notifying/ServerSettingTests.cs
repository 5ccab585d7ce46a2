using System.Text.Json;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Notifying;

/// <summary>What needs a private server with its own settings: prepared transactions, a full queue.</summary>
public sealed class ServerSettingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_transactions_may_be_prepared_writers_announce_nothing_unless_told_to()
    {
        await using var server = await StartAsync(("max_prepared_transactions", "5"));
        await using var database = NpgsqlDataSource.Create(server.ConnectionString());
        await using (var worker = await WorkerUnderTest.StartAsync(server.ConnectionString()))
        {
            await worker.WaitForOutputAsync("max_prepared_transactions is above 0");
            await database.ExecuteAsync("create table item (id integer primary key)");
            await using var writer = await database.OpenConnectionAsync(Token);
            await writer.ExecuteAsync("begin; insert into item values (1); select lib_event.create('test.item.seen')");
            await writer.ExecuteAsync("prepare transaction 'kept'");
            await writer.ExecuteAsync("begin; insert into item values (2)");
            await writer.ExecuteAsync("prepare transaction 'undone'");
            await writer.ExecuteAsync("commit prepared 'kept'");
            await writer.ExecuteAsync("rollback prepared 'undone'");

            await Eventually.TrueAsync(
                "it is handled", () => database.ScalarAsync<bool>(WorkerUnderTest.EverythingIsHandled));
            (await database.LinesAsync(
                "select c.record_id, d.action from logs.change c join logs.change_details d using (position)"))
                .ShouldBe(["1|create"]);
            await StatusAsync(server, "Never", "5");
        }

        await using (var worker = await WorkerUnderTest.StartAsync(server.ConnectionString(), "WhenIdle"))
        {
            await worker.WaitForOutputAsync("Notification mode Never");
        }

        await using (var worker = await WorkerUnderTest.StartAsync(server.ConnectionString(), "Always"))
        {
            await StatusAsync(server, "Always", "5");
            await using var writer = await database.OpenConnectionAsync(Token);
            await writer.ExecuteAsync("begin; insert into item values (3)");
            (await Should.ThrowAsync<PostgresException>(() => writer.ExecuteAsync("prepare transaction 'told'")))
                .Message.ShouldContain("cannot PREPARE a transaction that has executed LISTEN, UNLISTEN, or NOTIFY");
        }
    }

    [Fact]
    public async Task A_listener_that_never_reads_fills_the_queue_and_no_writer_fails()
    {
        var version = await PostgresBinaries.FindAsync(PostgresServer.BinDirectory, ServerAccount.Choose(), Token);
        Assert.SkipUnless(
            version.Version.Contains("(PostgreSQL) 17", StringComparison.Ordinal)
                || version.Version.Contains("(PostgreSQL) 18", StringComparison.Ordinal),
            "Before PostgreSQL 17 a queue cannot be made small, and half of it is 8 GB.");
        await using var server = await StartAsync(("max_notify_queue_pages", "64"));
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionString()) { IncludeErrorDetail = true });
        await using var worker = await WorkerUnderTest.StartAsync(server.ConnectionString(), "Always");
        await worker.WaitForOutputAsync("Listening on lib_event.created");
        await database.ExecuteAsync("create table item (id integer primary key)");
        await using var idle = await database.OpenConnectionAsync(Token);
        await idle.ExecuteAsync("listen \"lib_event.created\"");
        await idle.ExecuteAsync("begin; select 1");

        // far more than the 512 kB of the queue hold
        await database.ExecuteAsync(
            "do $$ begin for i in 1..9000 loop insert into item values (i); commit; end loop; end $$");
        await Eventually.TrueAsync(
            "all is handled", () => database.ScalarAsync<bool>(WorkerUnderTest.EverythingIsHandled));

        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(9000);
        (await database.ScalarAsync<double>("select pg_notification_queue_usage()")).ShouldBeInRange(0.4, 0.6);
        await worker.WaitForOutputAsync("% full: nothing is announced until it empties");
        var status = await ChangeLogProgram.RunAsync(server.ConnectionString(), "status");
        status.ExitCode.ShouldBe(3, status.Output + status.Error);
        status.Output.ShouldContain("full, so nothing is announced until it");

        var heard = new HashSet<string>();
        idle.Notification += (_, notification) => heard.Add(notification.Payload);
        await idle.ExecuteAsync("commit");
        await worker.WaitForOutputAsync("The server's notification queue has room again");
        await Eventually.TrueAsync(
            "it has heard of everything",
            async () =>
            {
                await idle.ExecuteAsync("select");
                return await idle.ScalarAsync<long>(
                    "select count(*) from logs.transaction where not event__id::text = any ($1)",
                    new List<string>(heard)) == 0;
            });
    }

    private static async Task<EmbeddedPostgres> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>(PostgresServer.QuickSettings);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return await EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, settings, Token);
    }

    private static async Task StatusAsync(EmbeddedPostgres server, string mode, string maxPreparedTransactions)
    {
        var status = await ChangeLogProgram.RunAsync(server.ConnectionString(), "status", "--json");
        status.ExitCode.ShouldBe(0, status.Output + status.Error);
        using var json = JsonDocument.Parse(status.Output);
        var notifications = json.RootElement.GetProperty("notifications");
        notifications.GetProperty("mode").ToString().ShouldBe(mode);
        notifications.GetProperty("max_prepared_transactions").ToString().ShouldBe(maxPreparedTransactions);
    }
}
