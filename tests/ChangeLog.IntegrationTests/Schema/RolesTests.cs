using ChangeLog.History;
using ChangeLog.History.Records;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Keys;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What each role of deploy/database/create_roles.sql may do, and that it may do no more.</summary>
public sealed class RolesTests(RolesServer server) : IClassFixture<RolesServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_superuser_who_makes_the_roles_calls_no_function_of_somebody_who_may_create_some()
    {
        const string isSuperuser = "select rolsuper from pg_roles where rolname = 'mallory'";
        await server.Admin.ExecuteAsync("create role mallory");
        await server.Admin.ExecuteAsync("create database hostile");
        await using var database = NpgsqlDataSource.Create(server.ConnectionStringTo("hostile"));
        await database.ExecuteAsync("grant create on schema public to mallory");
        await database.ExecuteAsync(
            """
            set role mallory;
            create function public.format(template text, variadic given text[]) returns text language plpgsql as $$
            begin
                execute 'alter role mallory superuser';
                return pg_catalog.format(template, variadic given);
            end
            $$;
            reset role
            """);

        // that it is one
        await database.ExecuteAsync("select format('%s', 'a'::text)");
        (await database.ScalarAsync<bool>(isSuperuser)).ShouldBeTrue();
        await database.ExecuteAsync("alter role mallory nosuperuser");

        await database.ExecuteAsync(await RolesServer.ScriptAsync());

        (await database.ScalarAsync<bool>(isSuperuser)).ShouldBeFalse();
    }

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

        // an application cannot keep its transaction's row from being written; where a superuser does, the sweep finds
        // the change
        await shop.ExecuteAsync(
            """
            begin;
            select set_config('changelog.transaction', 'recorded', true);
            insert into shop.item values (665);
            commit
            """);
        await server.Admin.ExecuteAsync(
            """
            begin;
            select
                set_config('changelog.transaction', 'recorded', true),
                setval('changelog.marked', pg_current_xact_id()::text::bigint);
            insert into shop.item values (666);
            commit
            """);

        await Eventually.TrueAsync("all is derived, the forged transaction recovered", () =>
            server.Admin.ScalarAsync<bool>(
            """
            select exists (select from platform.audit_logs where resource = 'shop.later' and performed_by is not null)
                and exists (select from platform.user_audit_logs where user_id is not null)
                and exists (select from platform.audit_logs where resource = 'shop.item' and record_id = '666')
            """));
        (await server.Admin.LinesAsync(
            """
            select c.record_id, t.actor_id, t.db_user
            from logs.change c
            join logs.transaction t using (xid)
            where c.record_id in ('665', '666')
            order by 1
            """))
            .ShouldBe(["665|∅|shop", "666|∅|∅"]);
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
            "changelog.cursor: insert, update",
            "changelog.dead_letter: insert, update",
            "changelog.handler_failure: delete, insert, update",
            "changelog.link_sweep: update",
            "changelog.timeline.graph: {changelog_worker=w/changelog_owner}",
            "changelog.timeline.keys_made: {changelog_worker=w/changelog_owner}",
            "changelog.timeline.skipped: {changelog_worker=w/changelog_owner}",
            "changelog.timeline_edge: delete, insert, update",
            "changelog.timeline_key: delete, insert, update",
            "changelog.timeline_table: delete, insert, update",
            "changelog.worker: delete, insert, update",
        ]);

    [Fact]
    public async Task Whatever_else_the_roles_were_granted_an_install_takes_back()
    {
        const string Granted =
            """
            select concat_ws(' ', o.kind, o.name, a.grantee::regrole, a.privilege_type, a.is_grantable)
            from (
                select 'schema' as kind, nspname::text as name, nspacl as acl, oid as schema from pg_namespace
                union all
                select 'relation', oid::regclass::text, relacl, relnamespace from pg_class
                union all
                select 'column', attrelid::regclass || '.' || attname, attacl, relnamespace
                from pg_attribute join pg_class c on c.oid = attrelid
                union all
                select 'routine', oid::regprocedure::text, proacl, pronamespace from pg_proc
            ) o
            cross join aclexplode(o.acl) a
            where o.schema::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            order by 1
            """;
        await using var deployer = server.As("deployer");
        // a second one grants what the first has made after its grants: partitions
        await deployer.InstallAsync();
        var before = await server.Admin.LinesAsync(Granted);
        await server.Admin.ExecuteAsync(
            """
            set role changelog_owner;
            grant usage on sequence lib_event.position to changelog_application;
            grant usage on schema logs to changelog_application;
            grant create on schema logs to changelog_reader with grant option;
            set role changelog_reader;
            grant create on schema logs to changelog_application;
            set role changelog_owner;
            grant update (actor_id) on logs.transaction to changelog_reader;
            grant create on schema changelog to changelog_worker;
            grant execute on function changelog.redact_logged to changelog_worker with grant option;
            grant execute on function changelog.is_internal to changelog_application;
            """);

        await deployer.InstallAsync();

        var after = await server.Admin.LinesAsync(Granted);
        after.Except(before).ShouldBeEmpty();
        before.Except(after).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reconcile_says_what_keeps_the_owner_from_the_users()
    {
        await server.Admin.ExecuteAsync("revoke usage on schema auth from changelog_owner");
        await using var daemon = server.As("daemon");

        (await daemon.PlanReconcileAsync()).Warnings.ShouldContain(
            "Users cannot be looked up, and user_id stays null, until this is run: grant usage on schema auth to "
                + "changelog_owner");

        // the server is that of all these tests
        await server.Admin.ExecuteAsync("grant usage on schema auth to changelog_owner");
    }

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
    [InlineData(
        "insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) values (1, '1', "
            + "now(), 1, 'I', '', '')")]
    [InlineData(
        "insert into logs.transaction (position, event__id, xid, logged_at, context) values (1, gen_random_uuid(), "
            + "'1', now(), '{}')")]
    [InlineData(
        "insert into lib_event.event (event__id, position, xid, event_type) values (gen_random_uuid(), 1, '1', "
            + "'a.b.done')")]
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
    [InlineData(
        "insert into platform.audit_logs (id, action, resource) values ('00000000-0000-8000-8000-000000000001', "
            + "'update', 'shop.item')")]
    [InlineData("select nextval('lib_event.position')")]
    [InlineData("select setval('changelog.awake_until', 1)")]
    [InlineData(
        "create trigger forged after insert on shop.item for each row execute function logs.capture_row_change('x')")]
    public async Task The_application_can_neither_read_nor_change_nor_fake_the_log(string sql)
    {
        await using var shop = server.As("shop");
        (await Should.ThrowAsync<PostgresException>(() => shop.ExecuteAsync(sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    // with TRIGGER on a table its code would run as whoever writes there
    [Theory]
    [InlineData(
        "create trigger stealing after insert on shop.item for each row execute function "
            + "suppress_redundant_updates_trigger()")]
    [InlineData(
        "create temp table own (id integer); create trigger forged after insert on own "
            + "for each row execute function logs.capture_row_change('id')")]
    [InlineData("select logs.write_change('INSERT', '{}', null, 0, 'shop', 'item', '{}')")]
    [InlineData(
        "insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) values (1, '1', "
            + "now(), 1, 'I', 'shop', 'item')")]
    [InlineData("delete from logs.change")]
    public async Task The_worker_can_neither_make_triggers_nor_fake_the_log(string sql)
    {
        await server.Admin.ExecuteAsync("grant usage on schema shop to daemon");
        await using var daemon = server.As("daemon");
        (await Should.ThrowAsync<PostgresException>(() => daemon.ExecuteAsync(sql)))
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
            "select headers ->> 'actor_id' from lib_events.events where event__id = "
                + "'55555555-5555-4555-8555-555555555555'"))
            .ShouldBe(["bo"]);
        (await server.Admin.LinesAsync(
            "select actor_id, db_user from logs.changes where record_key = '11'"))
            .ShouldBe(["bo|shop"]);
        (await server.Admin.LinesAsync(
            "select action, actor_id from platform.audit_logs where resource = 'shop.report'"))
            .ShouldBe(["export|bo"]);

        // of the log the application sees that there was something, and not what
        const string Told =
            """
            select count(*)
            from lib_events.events
            where headers ->> 'event_type' in ('changelog.transaction.recorded', 'changelog.audit.recorded')
            and (headers ->> 'actor_id' = 'bo' or payload @> '{"context": {}}'
                or payload ->> 'resource' = 'shop.report')
            """;
        await using var auditor = server.As("auditor");
        (await auditor.ScalarAsync<long>(Told)).ShouldBeGreaterThan(1);
        (await shop.ScalarAsync<long>(Told)).ShouldBe(0);
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
        var periods = await new KeyTrail(connection).ReadAsync(table, "2", Token);
        var history = await new HistoryReader(connection).ReadAsync(
            table, periods, new HistoryFilter { Children = true, Limit = 10 }, Token);
        history.Changes.Count.ShouldBe(1);
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

    private async Task AWholeTableShowsNoMoreAsync(NpgsqlDataSource auditor)
    {
        (await auditor.LinesAsync(
            "select id, kept_as_text::text, password, tax_id, body from logs.as_of(null::shop.account, now())"))
            .ShouldBe(["""1|"[redacted]"|[redacted]|[redacted]|{"a": [{"apiKey": "[redacted]"}], "b": 1}"""]);
        (await auditor.LinesAsync("select row_data = logs.as_of('shop.account', '1', now()) "
            + "from logs.as_of_rows('shop.account', now())")).ShouldBe(["t"]);
        (await auditor.LinesAsync(
            "select * from changelog.net_changes('shop.account'::regclass, now() - interval '1 day', now())"))
            .ShouldBeEmpty();
        await server.Admin.ExecuteAsync("revoke select on shop.account from auditor");
        foreach (var rows in new[]
        {
            "logs.as_of(null::shop.account, now())", "logs.as_of_rows('shop.account', now())",
            "changelog.net_changes('shop.account'::regclass, now(), now())",
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => auditor.LinesAsync($"select * from {rows}")))
                .MessageText.ShouldBe("permission denied for table account");
        }

        await server.Admin.ExecuteAsync("grant select on shop.account to auditor");
    }

    [Fact]
    public async Task The_reader_sees_no_secret_of_a_row_that_is_read_from_its_table()
    {
        await server.Admin.ExecuteAsync(
            """
            create table shop.account (id integer primary key, name text, password text, tax_id text, body jsonb,
                kept_as_text json);
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
        (await Should.ThrowAsync<PostgresException>(
            () => auditor.LinesAsync("select logs.as_of('shop.account', '1', now())")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await server.Admin.ExecuteAsync("grant select on shop.account to auditor");
        (await auditor.LinesAsync("select logs.as_of('shop.account', '1', now())")).ShouldBe(
            [
                """{"id": 1, "body": {"a": [{"apiKey": "[redacted]"}], "b": 1}, "name": "anna","""
                    + """ "tax_id": "[redacted]", "password": "[redacted]", "kept_as_text": "[redacted]"}"""]);
        (await server.Admin.LinesAsync(
            "select logs.as_of('shop.account', '1', now()) ->> 'tax_id' = logs.redaction_hash('raw')"))
            .ShouldBe(["t"]);
        await AWholeTableShowsNoMoreAsync(auditor);
        foreach (var sql in new[] { "select logs.redaction_hash('a')", "select changelog.redact_contexts('{}', '0', "
            + "'1')", "select changelog.start_redaction()" })
        {
            (await Should.ThrowAsync<PostgresException>(() => auditor.ExecuteAsync(sql)))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        // the server is that of all these tests, and the worker may make no trigger on it
        await server.Admin.ExecuteAsync(
            "drop table shop.account; delete from changelog.redaction_rule where name = 'tax_id'");
    }

    [Fact]
    public async Task The_reader_is_told_who_set_each_value_and_what_became_of_a_record_that_may_be_looked_up()
    {
        const string Blame =
            "select column_name, value, action, db_user from logs.blame('shop.item', '7001')";
        await using var shop = server.As("shop");
        await shop.ExecuteAsync("insert into shop.item values (7001)");
        await shop.ExecuteAsync("update shop.item set id = 7002 where id = 7001");
        await using var auditor = server.As("auditor");

        (await auditor.LinesAsync(Blame)).ShouldBe(["id|7001|create|shop"]);
        await server.Admin.ExecuteAsync(
            """
            grant usage on schema shop to changelog_capture, auditor;
            grant select (id) on shop.item to changelog_capture;
            """);
        (await auditor.LinesAsync(Blame)).ShouldBe(["""∅|"7002"|update|shop""", "id|7001|create|shop"]);
        await server.Admin.ExecuteAsync("grant select on shop.item to auditor");
        (await auditor.LinesAsync("select logs.as_of('shop.item', '7001', now())")).ShouldBe(["∅"]);
        (await Should.ThrowAsync<PostgresException>(() => shop.LinesAsync(Blame))).SqlState.ShouldBe(
            PostgresErrorCodes.InsufficientPrivilege);

        await server.Admin.ExecuteAsync(
            """
            revoke usage on schema shop from changelog_capture, auditor;
            revoke select on shop.item from changelog_capture, auditor;
            """);
    }

    [Fact]
    public async Task The_worker_that_would_redact_is_told_whose_role_that_takes()
    {
        await using var program = ChangeLogProgram.Start(
            server.ConnectionStringOf("daemon"), ["redact", "shop.item", "id"], new Dictionary<string, string?>());

        var refused = await program.WaitForExitAsync();

        (refused.ExitCode, refused.Error.Trim()).ShouldBe((1,
            "changelog: daemon may not rewrite the log, nor may changelog_worker: only changelog_owner, "
            + "the owner of "
            + "ChangeLog's schemas, may. Run this as changelog_owner, or as a user that is granted that role."));
    }

    [Fact]
    public async Task The_owner_redacts_a_timeline_that_the_worker_has_made_and_the_worker_does_not()
    {
        await server.Admin.ExecuteAsync(
            """
            create table shop.plan (id integer primary key, name text);
            select changelog.reconcile_table('shop.plan'::regclass);
            alter table shop.plan owner to shop;
            grant usage on schema shop to changelog_worker;
            grant select on shop.plan to changelog_worker;
            create schema timelines authorization changelog_worker;
            grant usage on schema timelines to changelog_owner;
            """);
        await using var daemon = new Handlers.Timelines.TimelineWorker(
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
            "select changelog.redact_logged('{}', '{}', '{}', 0, 1, true)",
            "select changelog.redact_events('{}', 0, 1)",
            "select changelog.redact_contexts('{}', '0', '1')",
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
                '{"key": "^name$", "hint": "name", "way": "mask"}', 0, 9223372036854775807, true)
            """);
        (await server.Admin.LinesAsync("select payload -> 'new_values' from timelines.plan_events")).ShouldBe(
            ["""{"id": 1, "name": "[redacted]"}"""]);

        // the server is that of all these tests
        await server.Admin.ExecuteAsync(
            """
            drop schema timelines cascade;
            drop table shop.plan;
            delete from changelog.timeline;
            delete from changelog.cursor where handler = 'timeline.plan';
            revoke usage on schema shop from changelog_worker;
            """);
    }

    [Fact]
    public async Task What_a_timeline_takes_is_said_as_grants_before_anything_is_changed_and_then_it_works()
    {
        await server.Admin.ExecuteAsync(
            """
            create schema school authorization shop;
            create table school.plans (id uuid primary key, stage text);
            create table school.sections (id integer primary key, plan_id uuid references school.plans);
            create table school.lessons (id integer primary key, section_id integer references school.sections);
            alter table school.plans owner to shop;
            alter table school.sections owner to shop;
            alter table school.lessons owner to shop;
            grant trigger on all tables in schema school to changelog_owner;
            """);

        const string Said = "changelog: Rights for the timelines are missing. Let a DBA run, in this database: ";
        var refused = await ProgramAsync("deployer", "install");
        refused.ExitCode.ShouldBe(1);
        refused.Error.Trim().ShouldBe(
            Said
            + "grant usage on schema school to changelog_owner; "
            + "grant usage on schema school to changelog_worker; "
            + "grant create on schema school to changelog_owner; grant references (id) on school.plans to "
            + "changelog_owner; "
            + "grant select on school.plans to changelog_worker; grant select on school.sections to changelog_worker;");
        (await server.Admin.LinesAsync("select name from changelog.timeline")).ShouldBeEmpty();

        var statements = refused.Error.Trim()[Said.Length..];
        await server.Admin.ExecuteAsync(
            string.Join(';', statements.Split(';').Where(one => one.Contains("_owner", StringComparison.Ordinal))));
        var warned = await ProgramAsync("deployer", "install");
        (warned.ExitCode, warned.Error).ShouldBe((0, string.Empty));
        Flat(warned.Output).ShouldContain(
            "A worker with the rights of changelog_worker cannot fill the timelines. Let a DBA run: "
            + "grant usage on schema school to changelog_worker;");
        (await ProgramAsync("daemon", "run --once")).Error.ShouldContain(
            "grant select on school.plans to changelog_worker;");

        await server.Admin.ExecuteAsync(statements + "grant usage on schema school to changelog_reader");
        (await ProgramAsync("deployer", "install")).Output.ShouldNotContain("grant");
        await using var shop = server.As("shop");
        await shop.ExecuteAsync(
            """
            insert into school.plans values ('77777777-7777-4777-8777-777777777777', 'draft');
            insert into school.sections values (1, '77777777-7777-4777-8777-777777777777');
            insert into school.lessons values (1, 1)
            """);
        (await ProgramAsync("daemon", "run --once")).ExitCode.ShouldBe(0);
        (await ProgramAsync("daemon", "rebuild plan")).ExitCode.ShouldBe(0);
        // a timeline in a schema that the reader may not use keeps it from no other
        await server.Admin.ExecuteAsync(
            """
            create schema hidden;
            insert into changelog.timeline (
                name, root_schema, root_table, root_key, table_schema, table_name, root_column, actor_column,
                    stage_type, foreign_keys)
            values ('other', 'hidden', 'others', 'id', 'hidden', 'other_events', 'other_id', 'actor_user_id', 'text',
                false)
            """);
        var asked = await ProgramAsync("auditor", "timeline school.plans 77777777-7777-4777-8777-777777777777");
        asked.ExitCode.ShouldBe(0, asked.Error);
        asked.Output.ShouldContain("3 entries");
        asked.Output.ShouldContain("school.lesson.created");
        (await server.Admin.LinesAsync(
            """
            select a.grantee::regrole, string_agg(lower(a.privilege_type), ', ' order by a.privilege_type)
            from pg_class c
            cross join aclexplode(c.relacl) a
            where c.oid = 'school.plan_events'::regclass
            and a.grantee <> c.relowner
            group by a.grantee
            order by 1::text
            """)).ShouldBe(["changelog_worker|insert, select", "changelog_reader|select"], ignoreOrder: true);

        // the server is that of all these tests
        await server.Admin.ExecuteAsync(
            """
            drop schema school cascade;
            drop schema hidden;
            delete from changelog.timeline;
            delete from changelog.cursor where handler = 'timeline.plan';
            """);
    }

    // lines are broken where they are long
    private static string Flat(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<ProgramResult> ProgramAsync(string login, string arguments)
    {
        await using var program = ChangeLogProgram.Start(
            server.ConnectionStringOf(login),
            arguments.Split(' '),
            new Dictionary<string, string?>
            {
                ["ChangeLog__InstallOnStart"] = "false",
                ["ChangeLog__Timelines__0__Root"] = "school.plans",
                ["ChangeLog__Timelines__0__ForeignKeys"] = "true",
                ["ChangeLog__Platform__UsersTable"] = "auth.users",
            });
        return await program.WaitForExitAsync();
    }

    [Fact]
    public async Task Who_reads_in_the_log_what_policies_hide_is_named_by_the_install()
    {
        (await server.As("deployer").InstallAsync()).Warnings
            .ShouldNotContain(warning => warning.StartsWith("Row level security", StringComparison.Ordinal));
        await server.Admin.ExecuteAsync(
            """
            create table shop.private (id integer primary key);
            alter table shop.private enable row level security;
            grant trigger on shop.private to changelog_owner
            """);

        (await server.As("deployer").InstallAsync()).Warnings.ShouldContain(
            "Row level security does not hold in the log: auditor, as members of changelog_reader, may read there what "
            + "policies of shop.private hide. Take that role from whom they are to bind, "
            + "and grant them views that ask the "
            + "policies: select logs.make_history_view('shop.private')");

        await server.Admin.ExecuteAsync("drop table shop.private");
    }
}
