using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using ChangeLogWorker.Cli.History;
using ChangeLogWorker.Cli.Transactions;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Installation;

/// <summary>What each role of deploy/database/create_roles.sql may do, and that it may do no more.</summary>
public sealed class RolesTests(RolesServer server) : IClassFixture<RolesServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Installed_by_the_owner_everything_is_handled_by_a_worker_that_owns_nothing()
    {
        await using var shop = server.As("shop");
        await using var worker = await new HostedWorker(
            server.ConnectionStringOf("daemon"),
            [
                .. HostedWorker.ShortWaits,
                KeyValuePair.Create("ChangeLog:InstallOnStart", (string?)"false"),
                KeyValuePair.Create("ChangeLog:Reconcile:Interval", (string?)"00:00:01"),
                KeyValuePair.Create("ChangeLog:Sweep:Interval", (string?)"00:00:01"),
            ]).StartAsync(everything: true);

        // a table to come is covered by the worker: an owner without superuser's rights has no event trigger
        await shop.ExecuteAsync("create table shop.later (id integer primary key)");
        await Eventually.TrueAsync("the new table is covered", () => server.Admin.ScalarAsync<bool>(
            "select exists (select from changelog.coverage where table_name = 'later' and captured)"));
        await shop.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "11111111-1111-4111-8111-111111111111"}');
            insert into shop.later values (1);
            select lib_event.create('iam.user.seen');
            commit
            """);

        // an application may keep its transaction's row from being written, not the change: the sweep finds it
        await shop.ExecuteAsync(
            """
            begin;
            select set_config('changelog.transaction', pg_current_xact_id()::text, true);
            insert into shop.item values (666);
            commit
            """);

        await Eventually.TrueAsync("all is derived, the forged transaction recovered", () => server.Admin.ScalarAsync<bool>(
            """
            select exists (select from platform.audit_logs where resource = 'shop.later' and performed_by is not null)
                and exists (select from platform.user_audit_logs where user_id is not null)
                and exists (select from platform.audit_logs where resource = 'shop.item' and record_id = '666')
            """));
        (await server.Admin.LinesAsync(
            "select t.actor_id, t.db_user from logs.change c join logs.transaction t using (xid) where c.record_id = '666'"))
            .ShouldBe(["∅|∅"]);
        await worker.StopAsync(TimeSpan.FromSeconds(10));
        worker.Said.Where(line => line.Contains("denied", StringComparison.Ordinal)
            && !line.Contains("may not install", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_rights_of_the_worker_are_these_and_no_more() =>
        (await server.Admin.LinesAsync(
            """
            select c.oid::regclass || ': ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type)
            from pg_class c
            cross join aclexplode(c.relacl) a
            where a.grantee = 'changelog_worker'::regrole
            and a.privilege_type <> 'SELECT'
            and c.relnamespace <> 'shop'::regnamespace
            and c.relnamespace <> 'auth'::regnamespace
            group by c.oid
            union all
            select attrelid::regclass || '.' || attname || ': ' || attacl::text
            from pg_attribute
            where attacl is not null
            and attacl::text like '%changelog_worker%'
            order by 1
            """)).ShouldBe(
        [
            "changelog.announcer: update",
            "changelog.awake_until: update",
            "changelog.capture_setting: update",
            "changelog.coverage: insert, update",
            "changelog.cursor: insert, update",
            "changelog.dead_letter: insert, update",
            "changelog.exclusion: delete, insert, update",
            "changelog.handler_failure: delete, insert, update",
            "changelog.installation.reconciled_at: {changelog_worker=w/changelog_owner}",
            "changelog.key_redaction: update",
            "changelog.link_policy: delete, insert, update",
            "changelog.link_sweep: update",
            "changelog.recovered_handled: insert",
            "changelog.redaction_rule: delete, insert, update",
            "changelog.timeline: delete, insert, update",
            "changelog.timeline_edge: delete, insert, update",
            "changelog.timeline_key: delete, insert, update",
            "changelog.timeline_table: delete, insert, update",
            "changelog.worker: delete, insert, update",
            "logs.change_details: insert",
            "logs.change_links: insert",
            "logs.change_table: insert",
        ]);

    [Theory]
    [InlineData("select * from logs.change")]
    [InlineData("select * from logs.changes")]
    [InlineData("select * from logs.transaction")]
    [InlineData("select * from lib_event.event")]
    [InlineData("select * from platform.audit_logs")]
    [InlineData("select * from platform.activity_logs")]
    [InlineData("select * from platform.user_audit_logs")]
    [InlineData("select * from changelog.cursor")]
    [InlineData("select * from changelog.unhandled_changes('enrich')")]
    [InlineData("insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) values (1, '1', now(), 1, 'I', '', '')")]
    [InlineData("insert into logs.transaction (position, event__id, xid, logged_at, context) values (1, gen_random_uuid(), '1', now(), '{}')")]
    [InlineData("insert into lib_event.event (event__id, position, xid, event_type) values (gen_random_uuid(), 1, '1', 'a.b.done')")]
    [InlineData("insert into platform.activity_logs (event_type) values ('a.b.done')")]
    [InlineData("insert into platform.user_audit_logs (action) values ('login')")]
    [InlineData("update platform.audit_logs set notes = 'forged'")]
    [InlineData("delete from platform.audit_logs")]
    [InlineData("update logs.transaction set actor_id = 'forged'")]
    [InlineData("delete from logs.change")]
    [InlineData("truncate logs.change")]
    [InlineData("alter table logs.change disable trigger all")]
    [InlineData("select logs.record_transaction()")]
    [InlineData("select logs.write_change('INSERT', '{}', null, 0, 'shop', 'item', '{}')")]
    [InlineData("select platform.derive_activity('{1}', '{%}', '{%}', '{}')")]
    [InlineData("select platform.record_audit_entry()")]
    [InlineData("select changelog.link_users()")]
    [InlineData("select lib_event.create('changelog.transaction.recorded')")]
    [InlineData("select lib_events.create('changelog.redaction.performed')")]
    [InlineData("select lib_event.create(E' ChangeLog .transaction.recorded')")]
    [InlineData("select lib_event.store('shop.item.sold')")]
    [InlineData("insert into platform.audit_logs (id, action, resource) values ('00000000-0000-8000-8000-000000000001', 'update', 'shop.item')")]
    [InlineData("select nextval('lib_event.position')")]
    [InlineData("select setval('changelog.awake_until', 1)")]
    [InlineData("create trigger forged after insert on shop.item for each row execute function logs.capture_row_change('x')")]
    public async Task The_application_can_neither_read_nor_change_nor_fake_the_log(string sql)
    {
        await using var shop = server.As("shop");
        (await Should.ThrowAsync<PostgresException>(() => shop.ExecuteAsync(sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task The_application_writes_its_tables_its_events_and_its_own_entries()
    {
        await using var shop = server.As("shop");
        await shop.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "bo"}');
            insert into shop.item values (11);
            select lib_events.create('shop.item.made', event__id => '55555555-5555-4555-8555-555555555555');
            insert into platform.audit_logs (action, resource) values ('export', 'shop.report');
            commit
            """);

        (await shop.LinesAsync(
            "select headers ->> 'actor_id' from lib_events.events where event__id = '55555555-5555-4555-8555-555555555555'"))
            .ShouldBe(["bo"]);
        (await server.Admin.LinesAsync(
            "select actor_id, db_user from logs.changes c join logs.transaction t using (xid, actor_id) where record_key = '11'"))
            .ShouldBe(["bo|shop"]);
        (await server.Admin.LinesAsync("select action, actor_id from platform.audit_logs where resource = 'shop.report'"))
            .ShouldBe(["export|bo"]);
    }

    [Fact]
    public async Task The_reader_asks_the_log_and_sees_nothing_of_the_workers_state()
    {
        await using var shop = server.As("shop");
        await shop.ExecuteAsync("insert into shop.item values (2)");
        await using var auditor = server.As("auditor");
        foreach (var view in new[]
        {
            "logs.changes", "logs.change_details", "logs.change_links", "lib_events.events", "platform.audit_logs",
            "platform.activity_logs", "platform.user_audit_logs", "changelog.current_coverage",
        })
        {
            await auditor.LinesAsync($"select * from {view}");
        }

        await using var connection = await auditor.OpenConnectionAsync(Token);
        var table = await new TableFinder(connection).FindAsync("shop.item", Token);
        (await new HistoryReader(connection).ReadAsync(table, ["2"], children: true, 10, Token)).Changes.Count.ShouldBe(1);
        var id = await auditor.ScalarAsync<Guid>("select event__id from logs.changes where record_key = '2'");
        (await new TransactionReader(connection).TransactionAsync(id, 10, Token)).ShouldNotBeNull();

        (await server.Admin.LinesAsync(
            """
            select c.oid::regclass
            from pg_class c
            where c.relnamespace = 'changelog'::regnamespace
            and c.relkind in ('r', 'v')
            and has_table_privilege('auditor', c.oid, 'select')
            order by 1
            """)).ShouldBe(
            [
                "changelog.cluster", "changelog.coverage", "changelog.current_coverage", "changelog.recovered",
                "changelog.redaction_rule",
            ],
            ignoreOrder: true);
        (await server.Admin.LinesAsync(
            """
            select c.oid::regclass, a.privilege_type
            from pg_class c
            cross join aclexplode(c.relacl) a
            where a.grantee = 'changelog_reader'::regrole
            and a.privilege_type <> 'SELECT'
            """)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_reader_sees_no_secret_of_a_row_that_is_read_from_its_table()
    {
        await server.Admin.ExecuteAsync(
            """
            create table shop.account (id integer primary key, name text, password text, tax_id text, body jsonb, kept_as_text json);
            set session_replication_role = replica;
            insert into shop.account values (
                1, 'anna', 'raw', 'raw', '{"a": [{"apiKey": "raw"}], "b": 1}', '{"n": "\u0000", "password": "raw"}');
            reset session_replication_role;
            insert into changelog.redaction_rule (
                place, name, is_default, schema_like, table_like, column_like, key_expression, key_hint, way)
            values (1, 'tax_id', false, 'shop', 'account', 'tax\_id', '^tax[_-]?id$', 'tax', 'hash');
            grant usage on schema shop to auditor;
            """);
        await using var auditor = server.As("auditor");

        // it has no right to the table, and gains none
        (await Should.ThrowAsync<PostgresException>(() => auditor.LinesAsync("select logs.as_of('shop.account', '1', now())")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await server.Admin.ExecuteAsync("grant select on shop.account to auditor");
        (await auditor.LinesAsync("select logs.as_of('shop.account', '1', now())")).ShouldBe(
            ["""{"id": 1, "body": {"a": [{"apiKey": "[redacted]"}], "b": 1}, "name": "anna", "tax_id": "[redacted]", "password": "[redacted]", "kept_as_text": "[redacted]"}"""]);
        (await server.Admin.LinesAsync("select logs.as_of('shop.account', '1', now()) ->> 'tax_id' = logs.redaction_hash('raw')"))
            .ShouldBe(["t"]);
        foreach (var sql in new[] { "select logs.redaction_hash('a')", "select changelog.redact_contexts('{}')", "select changelog.start_redaction()" })
        {
            (await Should.ThrowAsync<PostgresException>(() => auditor.ExecuteAsync(sql)))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        // the server is that of all these tests, and the worker may make no trigger on it
        await server.Admin.ExecuteAsync("drop table shop.account; delete from changelog.redaction_rule where name = 'tax_id'");
    }

    [Fact]
    public async Task The_owner_redacts_a_timeline_that_the_worker_has_made_and_the_worker_does_not()
    {
        await server.Admin.ExecuteAsync(
            """
            create table shop.plan (id integer primary key, name text);
            select changelog.reconcile_table('shop.plan'::regclass);
            alter table shop.plan owner to shop;
            grant select on shop.plan to changelog_worker;
            create schema timelines authorization changelog_worker;
            grant usage on schema timelines to changelog_owner;
            grant usage on schema auth to changelog_worker;
            grant select on auth.users to changelog_worker;
            """);
        await using var daemon = new Timelines.TimelineWorker(
            server.ConnectionStringOf("daemon"), ("plan:Root", "shop.plan"), ("plan:Table", "timelines.plan_events"),
            ("plan:ForeignKeys", "false"));
        await daemon.DrainAsync();
        await using var shop = server.As("shop");
        await shop.ExecuteAsync("insert into shop.plan values (1, 'raw')");
        await daemon.DrainAsync();

        (await server.Admin.LinesAsync("select payload -> 'new_values' from timelines.plan_events")).ShouldBe(
            ["""{"id": 1, "name": "raw"}"""]);
        await using var worker = server.As("daemon");
        foreach (var sql in new[]
        {
            "select changelog.redact_logged('{}', '{}', '{}', 0, 1)", "select changelog.redact_events('{}', 0, 1)",
            "select changelog.redact_contexts('{}')",
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => worker.ExecuteAsync(sql)))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        (await Should.ThrowAsync<PostgresException>(() => worker.ExecuteAsync(
            """
            begin;
            select changelog.start_redaction();
            update timelines.plan_events set payload = '{}'
            """))).SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);

        await using var deployer = server.As("deployer");
        await deployer.ExecuteAsync(
            """
            select changelog.redact_logged(
                array['shop.plan'::regclass::oid], '{shop.plan}',
                '{"key": "^name$", "hint": "name", "way": "mask"}', 0, 100000000)
            """);
        (await server.Admin.LinesAsync("select payload -> 'new_values' from timelines.plan_events")).ShouldBe(
            ["""{"id": 1, "name": "[redacted]"}"""]);
    }
}
