using ChangeLog.Coverage;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>Settings live in the database: a program that gives them stores them, any other leaves them.</summary>
public sealed class StoredSettingTests
{
    private const string Users =
        "create table public.users (id uuid primary key); create table public.people (id uuid primary key)";

    private const string Changes = "select count(*) from lib_event.event where event_type like 'changelog.%.changed'";

    [Fact]
    public async Task Workers_whose_settings_differ_do_not_undo_each_others_at_every_run()
    {
        await using var database = await TestDatabase.CreateAsync();
        var first = Service(database.DataSource, Installs.Without("a") with { FireAlways = true });
        var second = Service(database.DataSource, Installs.Without("b") with { FireAlways = false });

        await RunAsync(first);
        await RunAsync(second);
        var changes = await database.ScalarAsync<long>(Changes);
        await RunAsync(first);
        await RunAsync(second);
        await RunAsync(first);

        (await database.ScalarAsync<long>(Changes)).ShouldBe(changes);
        (await database.LinesAsync("select pattern, fire_always from changelog.exclusion, changelog.capture_setting"))
            .ShouldBe(["b|f"]);
    }

    [Fact]
    public async Task A_run_that_failed_at_the_settings_tries_them_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        var service = Service(database.DataSource, Installs.Without("a"));
        await database.ExecuteAsync("alter table changelog.exclusion rename to hidden");
        await Should.ThrowAsync<PostgresException>(() => RunAsync(service));
        await database.ExecuteAsync("alter table changelog.hidden rename to exclusion");

        await RunAsync(service);

        (await database.LinesAsync("select pattern from changelog.exclusion")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task The_table_of_users_stays_where_it_is_not_given_and_goes_where_it_is_given_empty()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Users);
        await database.DataSource.ReconcileAsync(Installs.Defaults with { UsersTable = TableName.Parse("people") });

        (await database.DataSource.ReconcileAsync()).SettingChanges.ShouldBeEmpty();
        (await database.DataSource.InstallAsync()).Reconcile.SettingChanges.ShouldBeEmpty();
        (await database.LinesAsync("select changelog.users_table()")).ShouldBe(["people"]);

        (await database.DataSource.ReconcileAsync(
            Installs.Defaults with { UsersTable = CaptureSettings.NoUsers })).SettingChanges[0]
            .ShouldBe("Platform:UsersTable: public.people → none");
        (await database.LinesAsync("select changelog.users_table()")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task A_quoted_table_of_users_is_found()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.\"Users\" (id uuid primary key)");

        await database.DataSource.InstallAsync(Installs.Defaults with { UsersTable = TableName.Parse("\"Users\"") });

        (await database.LinesAsync("select changelog.users_table()")).ShouldBe(["\"Users\""]);
    }

    [Theory]
    [InlineData("a key of sixteen and more")]
    [InlineData("ключ")]
    [InlineData("a key that is so long that RFC 2104 hashes it first, for it has more than sixty-four bytes")]
    public async Task A_key_that_is_in_force_is_not_sent_again(string key)
    {
        await using var database = await TestDatabase.CreateAsync();
        (await ReconcileAsync(key)).SettingChanges.Count.ShouldBe(1);
        await database.ExecuteAsync(
            """
            create or replace function changelog.set_redaction_key(key text,
                by jsonb default '{}') returns boolean language plpgsql as $$
            begin
                raise 'sent';
            end $$
            """);

        (await ReconcileAsync(key)).SettingChanges.ShouldBeEmpty();
        (await Should.ThrowAsync<PostgresException>(() => ReconcileAsync($"{key}!"))).MessageText.ShouldBe("sent");

        Task<ReconcileReport> ReconcileAsync(string given) =>
            database.DataSource.ReconcileAsync(
                Installs.Defaults with { Redaction = new RedactionSettings(hashKey: given) });
    }

    private static ReconcileService Service(NpgsqlDataSource database, CaptureSettings settings) => new(
        new TriggerReconciler(database, TimeProvider.System),
        settings,
        Options.Create(new ReconcileOptions()),
        TimeProvider.System,
        NullLogger<ReconcileService>.Instance);

    private static Task<ReconcileReport> RunAsync(ReconcileService service) =>
        service.RunOnceAsync(TestContext.Current.CancellationToken);
}
