using ChangeLog.IntegrationTests.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Handlers.Timelines;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>The application's users table stays its own, yet references to a deleted user become null.</summary>
public sealed class UsersTableTests : IAsyncLifetime
{
    private const string Ann = "11111111-1111-4111-8111-111111111111";
    private const string Bo = "22222222-2222-4222-8222-222222222222";

    /* language=sql */
    private const string Named =
        """
        select 'activity', count(user_id) from platform.activity_logs where event_type = 'iam.user.seen'
        union all
        select 'audit', count(user_id) from platform.user_audit_logs
        union all
        select key, num_nonnulls(created_by, updated_by, deleted_by) from platform.feature_flags
        union all
        select key, num_nonnulls(created_by, updated_by, deleted_by) from platform.global_settings
        order by 1
        """;

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Statements =>
    [
        "truncate users",
        "truncate users, orders, lines",
        "truncate users cascade",
        "delete from users",
        "update users set id = gen_random_uuid()",
        "alter table users alter column id type text",
        "alter table users drop constraint users_pkey",
        "drop table users",
        "alter table users rename to people",
        """
        alter table users rename to former;
        create table users (id uuid primary key, name text);
        insert into users select * from former;
        drop table former
        """,
        "create schema auth create table users (id uuid primary key)",
    ];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            $"""
            create table users (id uuid primary key, name text);
            create table orders (id integer primary key);
            create table lines (id integer primary key, order_id integer references orders);
            insert into users values ('{Ann}', 'Ann'), ('{Bo}', 'Bo');
            insert into orders values (1);
            insert into lines values (1, 1)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [MemberData(nameof(Statements))]
    public Task Whatever_an_application_may_do_to_its_users_it_may_do_after_an_install_and_the_next_start(string sql) =>
        DoAsync(sql, isNamed: false);

    [Theory]
    [MemberData(nameof(Statements))]
    public Task So_it_may_where_the_table_of_users_is_named_and_no_foreign_keys_are_asked_for(string sql) =>
        DoAsync(sql, isNamed: true);

    [Theory]
    [InlineData("delete from users", 0)]
    [InlineData("delete from users where name = 'Ann'", 0)]
    [InlineData("update users set id = gen_random_uuid()", 0)]
    [InlineData("truncate users", 0)]
    [InlineData("drop table users", 0)]
    [InlineData("delete from users where name = 'Bo'", 1)]
    [InlineData("delete from users; insert into users values ('11111111-1111-4111-8111-111111111111')", 1)]
    [InlineData("alter table users rename to people", 1)]
    [InlineData("alter table users alter column id type text", 1)]
    [InlineData("alter table users drop constraint users_pkey", 1)]
    [InlineData(
        "alter table users rename to former; create table users (like former including all); insert into users "
            + "select * from former; drop table former", 1)]
    public async Task A_user_who_is_gone_is_named_nowhere_and_one_who_is_not_still_is(string sql, int share)
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        (await _database.LinesAsync(Named)).ShouldBe(["activity|1", "audit|1", "flag|3", "setting|3"]);

        await _database.ExecuteAsync(sql);
        await _database.CleanAsync();
        var isHandled = sql.StartsWith("delete", StringComparison.Ordinal)
            || sql.StartsWith("update", StringComparison.Ordinal);
        var left = new[] { $"activity|{share}", $"audit|{share}", $"flag|{share * 3}", $"setting|{share * 3}" };
        if (isHandled)
        {
            (await _database.LinesAsync(Named)).ShouldBe(left);
        }

        await _database.DataSource.ReconcileAsync();
        var planned = await _database.DataSource.SweepAsync(isPlan: true);
        await _database.DataSource.SweepAsync();

        (await _database.LinesAsync(Named)).ShouldBe(left);
        planned.Single(table => table.Table == "platform.activity_logs.user_id").Dangling.ShouldBe(
            share == 1 || isHandled ? 0 : 1);
        (await _database.LinesAsync(
            """
            select c.table_name, c.op, t.actor_id, t.context ->> 'reason', c.record_data -> 'created_by'
            from logs.change c
            join logs.transaction t using (xid, logged_at)
            where c.table_name in ('feature_flags', 'global_settings')
            and c.op = 'U'
            order by 1
            """)).ShouldBe(share == 1 ? [] :
        [
            "feature_flags|U|changelog|the linked record is gone|null",
            "global_settings|U|changelog|the linked record is gone|null",
        ]);
    }

    [Fact]
    public async Task The_sweep_finds_what_was_written_after_a_deletion_was_handled_and_what_was_deleted_unseen()
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        await _database.ExecuteAsync("set session_replication_role = replica; delete from users");
        await _database.CleanAsync();
        (await _database.LinesAsync(Named)).ShouldBe(["activity|1", "audit|1", "flag|3", "setting|3"]);

        var reports = await _database.DataSource.SweepAsync();

        reports.Where(report => report.Policy == "nullify" && report.Cleared > 0).Select(
            report => $"{report.Table} {report.Cleared}")
            .ShouldBe(
            [
                "platform.activity_logs.user_id 1", "platform.feature_flags.created_by 1",
                "platform.global_settings.created_by 1", "platform.user_audit_logs.user_id 1",
            ]);
        (await _database.LinesAsync(Named)).ShouldBe(["activity|0", "audit|0", "flag|0", "setting|0"]);
    }

    [Fact]
    public async Task A_row_of_a_log_loses_its_user_only_when_that_is_gone_whoever_asks()
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"""
            grant usage on schema platform, changelog, logs to {role.Name};
            grant select, update on platform.activity_logs, platform.user_audit_logs to {role.Name};
            create function forget() returns trigger language plpgsql as
                'begin update platform.activity_logs set user_id = null; return null; end';
            create trigger forget after update on lines for each row execute function forget();
            grant select, update on lines to {role.Name}
            """);
        await using var shop = _database.DataSourceFor(role);

        string[] refused =
        [
            "update platform.activity_logs set user_id = null",
            "update platform.user_audit_logs set user_id = null",
            $"update platform.activity_logs set user_id = '{Bo}'",
            "update platform.activity_logs set user_id = null, event_type = 'x'",
            "update lines set order_id = null",
        ];
        foreach (var sql in refused)
        {
            (await Should.ThrowAsync<PostgresException>(() => shop.ExecuteAsync(sql))).MessageText
                .ShouldEndWith("is refused: what ChangeLog has recorded is never changed", customMessage: sql);
        }

        await _database.ExecuteAsync("delete from users");
        (await Should.ThrowAsync<PostgresException>(
            () => shop.ExecuteAsync("update platform.activity_logs set user_id = null, event_type = 'x'")))
            .SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
        await shop.ExecuteAsync("update platform.activity_logs set user_id = null where user_id is not null");
    }

    [Fact]
    public async Task A_foreign_keys_own_set_null_goes_through_also_where_the_users_cannot_be_seen()
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users", keys: true));
        await NameAsync(flags: false);
        var owner = (await _database.CreateRoleAsync()).Name;
        await _database.ExecuteAsync(
            $"""
            alter table users enable row level security;
            alter function changelog.gone_users(uuid[]) owner to {owner};
            alter function changelog.absent_users(oid, uuid[]) owner to {owner};
            grant usage on schema changelog to {owner};
            grant select on changelog.capture_setting to {owner};
            grant execute on all routines in schema changelog to {owner};
            """);
        (await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync("update platform.activity_logs set user_id = null where user_id is not null")))
            .SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);

        await _database.ExecuteAsync("delete from users");

        (await _database.LinesAsync("select count(*), count(user_id) from platform.user_audit_logs")).ShouldBe(["1|0"]);
    }

    [Fact]
    public async Task One_user_among_many_rows_is_found_by_an_index_in_each_table()
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        await _database.ExecuteAsync(
            """
            insert into platform.activity_logs (user_id, event_type) select gen_random_uuid(), 'x'
                from generate_series(1, 20000);
            insert into platform.user_audit_logs (user_id) select gen_random_uuid() from generate_series(1, 20000);
            insert into platform.global_settings (key, value, created_by, updated_by)
            select g, '1', gen_random_uuid(), gen_random_uuid() from generate_series(1, 20000) g;
            delete from users where name = 'Ann';
            """);
        await _database.ExecuteAsync(
            "analyze platform.activity_logs, platform.user_audit_logs, platform.global_settings");
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(Token);
        const string read =
            """
            select coalesce(sum(seq_scan), 0), coalesce(sum(seq_tup_read + idx_tup_fetch), 0) < 100
            from pg_stat_xact_user_tables
            where schemaname = 'platform' and relname in ('activity_logs', 'user_audit_logs', 'global_settings')
            """;

        foreach (var table in new[] { "activity_logs", "user_audit_logs" })
        {
            (await connection.LinesAsync(
                $"select * from changelog.clear_logged_users('platform.{table}'::regclass, array['{Ann}']::uuid[], "
                    + "100, false)"))
                .ShouldBe(["1|f|∅"]);
            (await connection.ScalarAsync<int>(
                $"select cardinality(changelog.find_logged_users('platform.{table}'::regclass, '{Ann}', 10))"))
                .ShouldBe(10);
        }

        (await connection.LinesAsync(
            $"select * from changelog.clear_named_users('platform.global_settings'::regclass, array['{Ann}']::uuid[], "
                + "100, false)"))
            .ShouldBe(["1|f|∅"]);
        (await connection.ScalarAsync<int>(
            "select cardinality(changelog.find_named_users('platform.global_settings'::regclass, 'updated_by', "
                + $"'{Ann}', 10))"))
            .ShouldBe(10);

        (await connection.LinesAsync(read)).ShouldBe(["0|t"]);
    }

    [Fact]
    public async Task A_table_that_cannot_be_cleared_holds_up_no_other_and_is_said_without_quoting_a_row()
    {
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        await _database.ExecuteAsync(
            """
            create function refuse() returns trigger language plpgsql as
                'begin raise exception ''secret %'', old.key; end';
            create trigger refuse before update on platform.feature_flags for each row execute function refuse();
            delete from users
            """);

        await _database.CleanAsync();
        var reports = await _database.DataSource.SweepAsync();

        (await _database.LinesAsync(Named)).ShouldBe(["activity|0", "audit|0", "flag|3", "setting|0"]);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        reports.First(report => report.Table == "platform.feature_flags.created_by").Reason.ShouldBe(
            "a trigger or constraint of the table refuses it (P0001): fix that");
    }

    [Fact]
    public async Task A_timelines_root_may_be_deleted_truncated_and_dropped_and_its_entries_stay()
    {
        await using var worker = Worker();
        await worker.DrainAsync();
        await _database.ExecuteAsync("insert into orders values (2); update orders set id = 3 where id = 2");
        await worker.DrainAsync();
        var entries = await _database.LinesAsync("select id, order_id, event_type from order_events order by 1");
        entries.Count.ShouldBeGreaterThan(2);

        string[] statements =
        [
            "delete from orders where id = 3", "truncate orders, lines",
            "alter table orders alter column id type bigint",
            "alter table orders drop constraint orders_pkey cascade", "drop table orders cascade",
        ];
        foreach (var sql in statements)
        {
            await _database.ExecuteAsync(sql);
        }

        (await _database.LinesAsync("select id, order_id, event_type from order_events order by 1")).ShouldBe(entries);
        worker.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_actor_of_a_timelines_entry_becomes_null_with_its_user_and_by_nobody_else()
    {
        await using var worker = Worker(("Platform:UsersTable", "users"));
        await worker.DrainAsync();
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"actor_id": "{{Ann}}"}');
            insert into orders values (2);
            commit;
            begin;
            select changelog.set_context('{"actor_id": "{{Bo}}"}');
            insert into orders values (3);
            commit;
            insert into order_events (id, order_id, actor_user_id, event_type)
                values ('{{Ann}}', 2, '{{Ann}}', 'orders.own')
            """);
        await worker.DrainAsync();
        const string entries =
            "select order_id, actor_user_id, event_type from order_events where order_id > 1 order by 1, 3";
        (await _database.LinesAsync(entries)).ShouldBe(
            [$"2|{Ann}|orders.own", $"2|{Ann}|public.order.created", $"3|{Bo}|public.order.created"]);
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"grant usage on schema changelog to {role.Name}; grant select, update on order_events to {role.Name}");
        await using var shop = _database.DataSourceFor(role);
        const string Nulls = "update order_events set actor_user_id = null where event_type <> 'orders.own'";
        await RefusedAsync(shop);

        await _database.ExecuteAsync($"delete from users where id = '{Ann}'");
        // gone, and still nobody else's to clear
        await RefusedAsync(shop);
        await worker.DrainAsync();

        // the application's own entry is the application's
        (await _database.LinesAsync(entries)).ShouldBe(
            [$"2|{Ann}|orders.own", "2|∅|public.order.created", $"3|{Bo}|public.order.created"]);

        await _database.ExecuteAsync("truncate users");
        await _database.DataSource.SweepAsync();
        (await _database.LinesAsync(entries)).ShouldBe(
            [$"2|{Ann}|orders.own", "2|∅|public.order.created", "3|∅|public.order.created"]);

        static async Task RefusedAsync(NpgsqlDataSource shop) =>
            (await Should.ThrowAsync<PostgresException>(() => shop.ExecuteAsync(Nulls)))
                .SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Fact]
    public async Task A_table_of_users_made_by_whoever_may_make_a_schema_is_nobodys_and_its_lock_holds_nothing_up()
    {
        var mallory = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on database {_database.Name} to {mallory.Name}");
        await using var theirs = _database.DataSourceFor(mallory);
        await theirs.ExecuteAsync(
            $"create schema auth create table users (id uuid primary key); insert into auth.users values ('{Ann}')");
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        await NameAsync();
        await theirs.ExecuteAsync("delete from auth.users");
        await using var locking = await theirs.OpenConnectionAsync(Token);
        await locking.ExecuteAsync("begin; lock table auth.users in access exclusive mode");
        await _database.ExecuteAsync(
            $$"""select lib_event.create('iam.user.left', headers => '{"actor_id": "{{Bo}}"}')""");

        await using var worker = new TimelineWorker(_database.ConnectionString);
        await worker.DrainAsync().WaitAsync(TimeSpan.FromSeconds(60), Token);
        await _database.DataSource.SweepAsync();

        (await _database.LinesAsync("select action, user_id from platform.user_audit_logs order by 1")).ShouldBe(
            [$"iam.user.left|{Bo}", $"iam.user.seen|{Ann}"]);

        await locking.ExecuteAsync("rollback");
        await _database.DataSource.ReconcileAsync(Installs.Defaults with { UsersTable = CaptureSettings.NoUsers });
        (await _database.LinesAsync("select changelog.users_table()")).ShouldBe(["∅"]);
        await theirs.ExecuteAsync("drop schema auth cascade");
    }

    private async Task DoAsync(string sql, bool isNamed)
    {
        await _database.DataSource.ReconcileAsync(isNamed ? Installs.WithUsers("users") : null);
        await NameAsync();

        await _database.ExecuteAsync(sql);

        // as at the next start of a worker
        await _database.DataSource.ReconcileAsync();
        (await _database.LinesAsync(
            """
            select conrelid::regclass, confrelid::regclass
            from pg_constraint
            where contype = 'f'
            and conrelid::regclass::text <> 'lines'
            and connamespace <> 'changelog'::regnamespace
            """)).ShouldBeEmpty();
        if (!isNamed)
        {
            await _database.CleanAsync();
            await _database.DataSource.SweepAsync();
            (await _database.LinesAsync(Named)).ShouldBe(["activity|0", "audit|0", "flag|3", "setting|3"]);
        }
    }

    // Ann is named by everything that names a user
    private async Task NameAsync(bool flags = true)
    {
        await _database.ExecuteAsync(
            $$"""select lib_event.create('iam.user.seen', headers => '{"actor_id": "{{Ann}}"}')""");
        if (flags)
        {
            await _database.ExecuteAsync(
                $"""
                insert into platform.feature_flags (key, created_by, updated_by, deleted_by)
                    values ('flag', '{Ann}', '{Ann}', '{Ann}');
                insert into platform.global_settings (key, value, created_by, updated_by, deleted_by)
                values ('setting', '1', '{Ann}', '{Ann}', '{Ann}')
                """);
        }

        await _database.DeriveAsync();
    }

    private TimelineWorker Worker(params (string Key, string Value)[] settings) =>
        new(_database.ConnectionString, [("0:Root", "orders"), .. settings]);
}
