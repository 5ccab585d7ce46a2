using ChangeLog.Handlers.Activity;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>activity_logs and user_audit_logs beyond their documents: odd actors, users who are deleted.</summary>
public sealed class ActivityHandlerTests : IAsyncLifetime
{
    private const string Ann = "11111111-1111-4111-8111-111111111111";
    private const string Stranger = "99999999-9999-4999-8999-999999999999";

    private const string Users = "create schema auth create table users (id uuid primary key)";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task An_actor_that_is_no_uuid_or_no_user_is_kept_as_text()
    {
        await _database.ExecuteAsync($"{Users}; insert into auth.users values ('{Ann}')");
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users"));
        await _database.ExecuteAsync(
            $$"""
            select lib_event.create('iam.a.done', headers => '{"actor_id": "{{Ann}}"}');
            select lib_event.create('iam.b.done', headers => '{"actor": "{{Ann}}"}');
            select lib_event.create('iam.c.done', headers => '{"actor_id": "{{Stranger}}"}');
            select lib_event.create('iam.d.done', headers => '{"actor_id": "cron"}');
            select lib_event.create('iam.e.done', headers => '{"actor_id": ""}')
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select a.event_type, a.user_id, a.event_details ->> 'actor_id', u.user_id, u.metadata ->> 'actor_id'
            from platform.activity_logs a
            join platform.user_audit_logs u using (id)
            order by 1
            """)).ShouldBe(
        [
            $"iam.a.done|{Ann}|∅|{Ann}|∅",
            $"iam.b.done|{Ann}|∅|{Ann}|∅",
            $"iam.c.done|∅|{Stranger}|∅|{Stranger}",
            "iam.d.done|∅|cron|∅|cron",
            "iam.e.done|∅|∅|∅|∅",
        ]);
    }

    [Fact]
    public async Task What_does_not_fit_its_column_is_cut_there_and_kept_whole_beside()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.create('iam.' || repeat('x', 200) || '.done', headers => jsonb_build_object(
                'ip_address', 'nowhere', 'linked_table', repeat('t', 150), 'linked_id', 7))
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select length(a.event_type), a.ip_address, length(a.linked_table), a.linked_id,
                length(a.event_details ->> 'event_type'), a.event_details ->> 'ip_address',
                length(a.event_details ->> 'linked_table'), a.event_details ->> 'linked_id',
                length(u.action), length(u.metadata ->> 'event_type'), u.metadata ->> 'ip'
            from platform.activity_logs a
            join platform.user_audit_logs u using (id)
            """)).ShouldBe(["50|∅|100|∅|209|nowhere|150|7|100|209|nowhere"]);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    [Fact]
    public async Task Patterns_choose_the_events()
    {
        await _database.ExecuteAsync(
            "select lib_event.create('iam.user.seen'), lib_event.create('shop.order.paid'), "
                + "lib_event.create('shop.cart.left')");
        await _database.DeriveAsync(
            new ActivityOptions { Events = ["shop.*"], UserAuditEvents = ["shop.order.*", "x.y"] });

        (await _database.LinesAsync("select event_type from platform.activity_logs order by 1"))
            .ShouldBe(["shop.cart.left", "shop.order.paid"]);
        (await _database.LinesAsync("select action from platform.user_audit_logs")).ShouldBe(["shop.order.paid"]);
    }

    [Fact]
    public async Task A_user_who_is_deleted_while_the_page_is_handled_is_no_user()
    {
        await _database.ExecuteAsync($"{Users}; insert into auth.users values ('{Ann}')");
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users", keys: true));
        await _database.ExecuteAsync(
            $$"""select lib_event.create('iam.a.done', headers => '{"actor_id": "{{Ann}}"}')""");
        await using var deleting = await _database.OpenConnectionAsync();
        await deleting.ExecuteAsync("begin; delete from auth.users");

        var derived = _database.DeriveAsync();
        await _database.WaitUntilAsync(
            "select exists (select from pg_stat_activity where datname = current_database() "
                + "and wait_event_type = 'Lock')");
        await deleting.ExecuteAsync("commit");
        await derived;

        (await _database.LinesAsync("select user_id, metadata ->> 'actor_id' from platform.user_audit_logs"))
            .ShouldBe([$"∅|{Ann}"]);
    }

    [Fact]
    public async Task The_foreign_keys_follow_the_settings()
    {
        const string link = "select users_table, linked, reason from changelog.users_link";
        const string keys = "platform.user_audit_logs";
        string[] tables = ["activity_logs", "feature_flags", "global_settings", "user_audit_logs"];
        (await _database.LinesAsync(link)).ShouldBe(
            ["∅|f|no table says who a user is (ChangeLog:Platform:UsersTable)"]);
        await _database.ExecuteAsync(
            $$"""
            select lib_event.create('iam.a.done', headers => '{"actor_id": "{{Ann}}"}');
            create table public.users (id uuid primary key);
            {{Users}}
            """);
        await _database.DeriveAsync();
        (await _database.DataSource.ReconcileAsync()).SettingChanges.ShouldBeEmpty();
        (await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"))).SettingChanges.ShouldBe(
            ["Platform:UsersTable: none → public.users"]);
        (await _database.LinesAsync(link)).ShouldBe(["public.users|f|∅"]);

        // rows that are there already are validated in a step of its own
        (await _database.DataSource.ReconcileAsync(Installs.WithUsers("users", keys: true))).SettingChanges.ShouldBe(
        [
            "Platform:ForeignKeys: false → true",
            .. tables.Select(table => $"platform.{table} refers to public.users"),
            "the reference of platform.activity_logs to public.users is validated",
            "the reference of platform.user_audit_logs to public.users is validated",
        ]);
        (await _database.LinesAsync(link)).ShouldBe(["public.users|t|∅"]);
        (await _database.DataSource.ReconcileAsync()).SettingChanges.ShouldBeEmpty();

        await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users", keys: true));
        (await _database.ForeignKeysAsync(keys)).ShouldBe(
            ["user_audit_logs_user_id_fkey|FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL"]);

        (await _database.DataSource.ReconcileAsync(
            Installs.Defaults with { UsersTable = CaptureSettings.NoUsers })).SettingChanges.ShouldBe(
        [
            "Platform:UsersTable: auth.users → none",
            "Platform:ForeignKeys: true → false",
            .. tables.Select(table => $"platform.{table} no longer refers to auth.users"),
        ]);
        (await _database.ForeignKeysAsync(keys)).ShouldBeEmpty();

        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await _database.ExecuteAsync("drop table public.users");
        (await _database.LinesAsync(link)).ShouldBe(
            ["∅|f|public.users is missing, or has no unique id of type uuid"]);
    }

    [Fact]
    public async Task A_locked_table_of_users_is_linked_by_a_later_reconcile()
    {
        await _database.ExecuteAsync(Users);
        await using var writing = await _database.OpenConnectionAsync();
        await writing.ExecuteAsync($"begin; insert into auth.users values ('{Ann}')");

        var report = await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users", keys: true));

        report.Warnings.ShouldContain(
            "The foreign keys to the users, or those of a timeline, differ from the settings: "
            + "canceling statement due to lock timeout. The next reconcile retries.");
        await writing.ExecuteAsync("commit");
        (await _database.DataSource.ReconcileAsync()).Warnings.ShouldHaveSingleItem().ShouldBe(
            "While the tables of platform refer to auth.users by foreign keys (ChangeLog:Platform:ForeignKeys), "
            + "TRUNCATE of it "
            + "fails, with CASCADE too; so do DROP TABLE, dropping its key and another type of its id; "
            + "and each delete there is "
            + "checked, and fails if a flag or a setting names the user.");
        (await _database.ScalarAsync<bool>("select linked from changelog.users_link")).ShouldBeTrue();
    }

    [Fact]
    public async Task Foreign_keys_to_no_table_are_refused()
    {
        await _database.ExecuteAsync(Users);

        (await Installs.RefusalAsync(
            () => _database.DataSource.InstallAsync(Installs.Defaults with { UsersForeignKeys = true }),
            2)).Message.ShouldBe(
            "ChangeLog:Platform:ForeignKeys is true, but there is no users table. "
            + "Name it in ChangeLog:Platform:UsersTable, or leave ForeignKeys out.");
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users"));

        // the one that is stored
        await _database.DataSource.ReconcileAsync(Installs.Defaults with { UsersForeignKeys = true });

        (await _database.ScalarAsync<bool>("select linked from changelog.users_link")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(
        "auth.user",
        "ChangeLog:Platform:UsersTable names auth.user, which does not exist. The nearest is auth.users.")]
    [InlineData("people", "ChangeLog:Platform:UsersTable names public.people, whose id is not a uuid column that is "
        + "unique by itself, so no user_id can refer to it. Name the table that has one, or give it empty.")]
    public async Task A_table_of_users_that_cannot_be_one_is_refused_before_anything_is_changed(
        string named, string sentence)
    {
        await _database.ExecuteAsync($"{Users}; create table public.people (id int primary key)");
        var settings = Installs.Without("tmp.*") with { UsersTable = TableName.Parse(named) };

        (await Installs.RefusalAsync(() => _database.DataSource.InstallAsync(settings), 2)).Message.ShouldBe(sentence);

        (await _database.LinesAsync("select pattern from changelog.exclusion")).ShouldBeEmpty();
    }
}
