using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>An install where an older version of ChangeLog is, and works.</summary>
public sealed class UpgradeTests
{
    // of 20 November 2026, as far as it matters: a function of another row type, one that is no more, a right too many
    private const string Older =
        /* language=sql */
        """
        delete from changelog.script where name like 'Migrations/0016%';
        update changelog.script set hash = 'of an older text' where name = 'Routines/changelog.orders.sql';
        drop function changelog.orders();
        create function changelog.orders() returns table (stopped_handler text, setting text, value jsonb)
            language sql as 'select null::text, null::text, null::jsonb';
        create function changelog.recover_transaction(xid xid8, logged_at timestamptz, first_position bigint) returns void
            language sql as '';
        grant execute on function changelog.recover_transaction, changelog.unhandled_changes to changelog_capture
        """;

    [Fact]
    public async Task What_an_older_version_has_left_is_brought_up_to_date_or_taken_away()
    {
        await using var fresh = await Installs.CreateAsync();
        await using var upgraded = await Installs.CreateAsync();
        await upgraded.ExecuteAsync(Older);

        await upgraded.DataSource.InstallAsync();

        var (expected, actual) = (await Catalog.OfAsync(fresh), await Catalog.OfAsync(upgraded));
        actual.Except(expected).ShouldBeEmpty();
        expected.Except(actual).ShouldBeEmpty();
    }

    // as the version before foreign keys were asked for left it, with those that it made by itself
    private const string Adopted =
        /* language=sql */
        """
        drop view changelog.users_link;
        alter table changelog.capture_setting drop column users_foreign_keys, drop column users_oid;
        alter table changelog.timeline drop column keys_made;
        drop index
            platform.feature_flags_created_by_idx, platform.feature_flags_updated_by_idx, platform.feature_flags_deleted_by_idx,
            platform.global_settings_created_by_idx, platform.global_settings_updated_by_idx, platform.global_settings_deleted_by_idx;
        drop trigger require_gone_user on platform.activity_logs;
        drop trigger require_gone_user on platform.user_audit_logs;
        drop function logs.require_gone_user();
        delete from changelog.script where name like 'Migrations/0020%';
        update changelog.script set hash = 'of an older text' where name like 'Routines/%' or name like 'Views/%';
        alter table platform.activity_logs add foreign key (user_id) references users (id) on delete set null;
        alter table platform.user_audit_logs add foreign key (user_id) references users (id) on delete set null;
        alter table platform.feature_flags
            add foreign key (created_by) references users (id), add foreign key (updated_by) references users (id),
            add foreign key (deleted_by) references users (id);
        alter table platform.global_settings
            add foreign key (created_by) references users (id), add foreign key (updated_by) references users (id),
            add foreign key (deleted_by) references users (id);
        alter table plan_events add foreign key (plan_id) references plans (id), add foreign key (actor_user_id) references users (id)
        """;

    [Fact]
    public async Task Foreign_keys_that_nobody_asked_for_are_dropped_and_said_and_the_applications_own_are_not()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table users (id uuid primary key)");
        await database.ExecuteAsync("create table plans (id uuid primary key)");
        await database.ExecuteAsync(Timeline("plan"));
        // the application's own
        await database.ExecuteAsync("create table tasks (id uuid primary key)");
        await database.ExecuteAsync(
            """
            create table task_events (
                id uuid primary key, task_id uuid references tasks, actor_user_id uuid references users, event_type varchar(255),
                stage text, occurred_at timestamptz, payload jsonb, created_at timestamptz, updated_at timestamptz,
                deleted_at timestamptz)
            """);
        await database.ExecuteAsync(Timeline("task"));
        await database.ExecuteAsync(Adopted);

        var upgrade = await database.DataSource.InstallAsync();

        upgrade.Reconcile.SettingChanges.ShouldBe(
        [
            "platform.activity_logs no longer refers to public.users", "platform.feature_flags no longer refers to public.users",
            "platform.global_settings no longer refers to public.users",
            "platform.user_audit_logs no longer refers to public.users", "public.plan_events no longer refers to public.users",
        ]);
        upgrade.Reconcile.Hints.ShouldHaveSingleItem().ShouldEndWith("name it: ChangeLog:Platform:UsersTable=public.users");
        await using (var worker = new Handlers.Timelines.TimelineWorker(
            database.ConnectionString, ("0:Root", "plans"), ("1:Root", "tasks")))
        {
            await worker.DrainAsync();
            worker.Warnings.Where(warning => warning.StartsWith("Timeline plan", StringComparison.Ordinal)).ShouldBe(
                ["Timeline plan: public.plan_events no longer refers to public.plans"]);
            worker.Warnings.ShouldContain(
                "Timeline task: the timeline task is to have no foreign keys, but its table has task_events_task_id_fkey, which may be "
                + "the application's. To be rid of it: alter table public.task_events drop constraint task_events_task_id_fkey");
        }

        (await database.LinesAsync(
            "select conrelid::regclass, conname from pg_constraint where contype = 'f' and confrelid in "
            + "('users'::regclass, 'plans'::regclass, 'tasks'::regclass) order by conname")).ShouldBe(
            ["task_events|task_events_actor_user_id_fkey", "task_events|task_events_task_id_fkey"]);

        static string Timeline(string name) =>
            $$"""
            select changelog.prepare_timeline('{
                "name": "{{name}}", "root_schema": "public", "root_table": "{{name}}s", "root_key": "id", "table_schema": "public",
                "table_name": "{{name}}_events", "root_column": "{{name}}_id", "actor_column": "actor_user_id", "stage_type": "text",
                "children": [], "events": [], "foreign_keys": true}')
            """;
    }

    [Fact]
    public async Task A_database_that_knows_a_migration_by_its_former_text_is_up_to_date()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            update changelog.script s
            set hash = f.hash
            from (values
                ('0001_create_worker_state', 'b7d525d742f31cf661d02bdd4b92af495234339f483fc28ede39cfdee5563ddd'),
                ('0003_create_change', '1a78d0583621689d95206c7823f27810231c5e1d589c5ee5cd7681913634b0fc'),
                ('0008_create_redaction', 'ab2884999a14894c4a8ced654cfbeb79953b957956be17aa4506e0d1dd99e03a'),
                ('0012_create_link', '16a60e89a5ac2be1d74b118623faf8433db7ab6ab7b6f857eff29dea8b081ee1')) as f (name, hash)
            where s.name = 'Migrations/' || f.name || '.sql'
            """);

        (await database.DataSource.InstallAsync()).Scripts.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upgrade_waits_for_pages_in_hand_longer_than_a_statement_of_the_role_may_take()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            select changelog.register_handler('enrich', 'changes', false);
            update changelog.script set hash = 'of an older text' where name = 'Routines/logs.derive_details.sql'
            """);
        await using var page = await database.OpenConnectionAsync();
        await page.ExecuteAsync("begin; select from changelog.cursor for update");

        var upgrade = database.DataSourceFor(builder => builder.Options = "-c statement_timeout=2s").InstallAsync();
        await database.WaitUntilAsync(
            """
            select exists (
                select
                from pg_locks l
                join pg_stat_activity a using (pid)
                where a.datname = current_database()
                and l.relation = 'changelog.cursor'::regclass
                and not l.granted
                and clock_timestamp() - a.query_start > interval '2.2 s')
            """);
        await page.ExecuteAsync("commit");

        (await upgrade).Scripts.ShouldBe(["Routines/logs.derive_details.sql"]);
    }
}
