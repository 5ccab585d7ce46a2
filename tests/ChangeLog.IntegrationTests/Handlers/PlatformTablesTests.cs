using System.Globalization;
using ChangeLog.IntegrationTests.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>The source document platform-tables.md: audit_logs and activity_logs, all columns and rules.</summary>
public sealed class PlatformTablesTests : IAsyncLifetime
{
    private const string Ann = "11111111-1111-4111-8111-111111111111";
    private const string Student = "22222222-2222-4222-8222-222222222222";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            $"""
            create schema auth create table users (id uuid primary key, name text);
            insert into auth.users values ('{Ann}', 'Ann');
            create table public.students (id uuid primary key, name text, note text)
            """);
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("auth.users", keys: true));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Audit_logs_has_the_columns_of_the_document_then_what_is_no_uuid_and_from_where_it_came() =>
        (await _database.ColumnsAsync("platform.audit_logs")).ShouldBe(
        [
            "id|uuid|null|gen_random_uuid()",
            "action|character varying(20)|null|-",
            "resource|character varying(100)|null|-",
            "resource_id|uuid|null|-",
            "linked_table|character varying(100)|null|-",
            "linked_id|uuid|null|-",
            "performed_by|uuid|null|-",
            "performed_at|timestamp with time zone|null|now()",
            "ip_address|inet|null|-",
            "user_agent|text|null|-",
            "previous_state|jsonb|null|-",
            "new_state|jsonb|null|-",
            "notes|text|null|-",
            "created_at|timestamp with time zone|null|now()",
            "record_id|text|null|-",
            "actor_id|text|null|-",
            "db_user|text|null|-",
            "db_role|text|null|-",
            "application_name|text|null|-",
            "client_addr|inet|null|-",
            "request_id|text|null|-",
            "event__id|uuid|null|-",
        ]);

    [Fact]
    public async Task Every_change_is_an_audit_row_with_who_from_where_why_and_both_complete_states()
    {
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"actor_id": "{{Ann}}", "ip_address": "10.0.0.7", "user_agent": "Firefox",
                "reason": "enrolment"}');
            insert into public.students values ('{{Student}}', 'Bo', 'new');
            update public.students set name = 'Bob';
            delete from public.students;
            commit
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select
                a.action, a.resource, a.resource_id, a.record_id, a.performed_by, a.actor_id, a.ip_address,
                    a.user_agent,
                a.previous_state, a.new_state, a.notes, a.id = c.id,
                a.performed_at = c.logged_at and a.created_at = c.logged_at
            from platform.audit_logs a
            join logs.changes c using (id)
            where a.resource = 'public.students'
            order by c.position
            """)).ShouldBe(
        [
            Row("create", "∅", State("Bo")), Row("update", State("Bo"), State("Bob")), Row("delete", State("Bob"), "∅"),
        ]);

        static string State(string name) => $$"""{"id": "{{Student}}", "name": "{{name}}", "note": "new"}""";

        static string Row(string action, string before, string after) =>
            $"{action}|public.students|{Student}|{Student}|{Ann}|{Ann}|10.0.0.7|Firefox|{before}|{after}|enrolment|t|t";
    }

    [Fact]
    public async Task A_key_and_an_actor_that_are_no_uuid_stand_beside_as_text()
    {
        await _database.ExecuteAsync(
            "create table public.room (number integer primary key); create table public.loose (a int)");
        await _database.ExecuteAsync(
            """begin; select changelog.set_context('{"actor_id": "janitor"}'); insert into public.room values (7); """
                + """commit""");
        await _database.ExecuteAsync("insert into public.loose values (1); truncate public.room");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select resource, action, resource_id, record_id, performed_by, actor_id, previous_state, new_state
            from platform.audit_logs
            where resource in ('public.room', 'public.loose')
            order by id
            """)).ShouldBe(
        [
            """public.room|create|∅|7|∅|janitor|∅|{"number": 7}""",
            """public.loose|create|∅|∅|∅|∅|∅|{"a": 1}""",
            "public.room|truncate|∅|∅|∅|∅|∅|∅",
        ]);
    }

    [Fact]
    public async Task A_table_that_was_renamed_is_found_under_both_names()
    {
        await _database.ExecuteAsync($"insert into public.students values ('{Student}', 'Bo', null)");
        await _database.ExecuteAsync(
            "alter table public.students rename to pupils; update public.pupils set name = 'Bob'");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            "select resource, action from platform.audit_logs where resource_id = $1 order by id", Guid.Parse(Student)))
            .ShouldBe(["public.students|create", "public.pupils|update"]);
    }

    [Fact]
    public async Task The_link_is_the_rows_own_else_its_first_foreign_key_to_a_uuid()
    {
        const string other = "33333333-3333-4333-8333-333333333333";
        await _database.ExecuteAsync(
            $"""
            create table public.room (number integer primary key);
            create table public.payment (
                id integer primary key, room integer references public.room, payer uuid references public.students,
                payee uuid references public.students, linked_table text, linked_id text);
            insert into public.students values ('{Student}', 'Bo', null), ('{other}', 'Cy', null);
            insert into public.room values (7);
            insert into public.payment values
                (1, 7, null, null, null, null),
                (2, 7, '{Student}', '{other}', null, null),
                (3, null, null, '{other}', null, null),
                (4, 7, '{Student}', null, 'invoices', '{other}'),
                (5, 7, '{Student}', null, 'invoices', 'no uuid');
            update public.payment set payer = '{other}' where id = 2;
            delete from public.payment where id = 4
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select record_id, action, linked_table, linked_id
            from platform.audit_logs
            where resource = 'public.payment'
            order by id
            """)).ShouldBe(
        [
            "1|create|∅|∅",
            $"2|create|public.students|{Student}",
            $"3|create|public.students|{other}",
            $"4|create|invoices|{other}",
            $"5|create|public.students|{Student}",
            $"2|update|public.students|{other}",
            $"4|delete|invoices|{other}",
        ]);
        (await _database.LinesAsync(
            """
            select l.linked_table, l.via, l.primary_id is not null
            from logs.change_links l
            join logs.change c using (position, logged_at)
            where c.table_name = 'payment' and c.record_id = '4' and c.op = 'I'
            order by 1
            """)).ShouldBe(
            ["invoices|linked_id|t", "public.room|payment_room_fkey|f", "public.students|payment_payer_fkey|f"]);
    }

    [Fact]
    public async Task The_performer_stays_when_the_user_is_deleted()
    {
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"actor_id": "{{Ann}}"}');
            insert into public.students values ('{{Student}}', 'Bo', null);
            commit;
            delete from auth.users
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync("select performed_by from platform.audit_logs where resource = 'public.students'"))
            .ShouldBe([Ann]);
    }

    // the document: idx_audit_logs_resource, _performed_by, _performed_at, _linked
    [Fact]
    public async Task Each_lookup_of_the_document_uses_an_index()
    {
        await FillAsync();
        (string Condition, int Rows, string Sought)[] lookups =
        [
            ("resource = 'public.students' and resource_id = '00000000-0000-4000-8000-000000000077'", 1, "000077'"),
            ("resource = 'public.room' and record_id = '77'", 1, "'77'"),
            (
                "performed_by = '00000000-0000-4000-8000-000000000007' and performed_at >= now() - interval '1 day'",
                201, "000007'"),
            ("performed_at < '2020-01-01'", 1, "2020-01-01"),
            ("linked_table = 'public.students' and linked_id = '00000000-0000-4000-8000-000000000077'", 1, "000077'"),
            ("linked_table = 'b.7'", 1, "'b.7'"),
        ];
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("set enable_seqscan = off; set jit = off");

        foreach (var (condition, rows, sought) in lookups)
        {
            (await connection.ScalarAsync<long>($"select count(*) from platform.audit_logs where {condition}"))
                .ShouldBe(rows);
            var plan = await connection.LinesAsync($"explain select * from platform.audit_logs where {condition}");
            var text = string.Join('\n', [condition, .. plan]);

            // of the changes what is sought is found in an index, of the entries too, and nothing is read through
            plan.ShouldContain(
                line => line.Contains("Index Cond", StringComparison.Ordinal) && line.Contains(sought), text);
            plan.SkipWhile(line => !line.Contains(" on event e ", StringComparison.Ordinal)).ElementAt(1)
                .ShouldContain(" Cond: ", customMessage: text);
            plan.Where(line => line.Contains("Seq Scan", StringComparison.Ordinal)).ShouldAllBe(
                line => line.Contains(" on installation ", StringComparison.Ordinal), text);
        }
    }

    // for half a percent of a large log JIT would compile the plan, which takes longer than the look-up
    [Theory]
    [InlineData("resource_id = '00000000-0000-4000-8000-000000000077'", "_record_uuid_", 1)]
    [InlineData("performed_by = '00000000-0000-4000-8000-000000000007'", "_actor_uuid_", 200)]
    public async Task The_planner_knows_how_few_rows_a_lookup_finds(string condition, string index, int rows)
    {
        await FillAsync();

        var plan = await _database.LinesAsync($"explain select * from platform.audit_logs where {condition}");

        var planned = plan.Where(line => line.Contains(index, StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split("rows=")[1].Split(' ')[0], CultureInfo.InvariantCulture)).Max();
        planned.ShouldBeInRange(1, 2 * rows, string.Join('\n', plan));
    }

    [Fact]
    public async Task An_application_inserts_its_own_entry_which_is_an_event_too()
    {
        var id = await _database.ScalarAsync<Guid>(
            $"""
            insert into platform.audit_logs (
                action, resource, resource_id, linked_table, linked_id, performed_by, performed_at, ip_address,
                    user_agent,
                previous_state, new_state, notes)
            values ('export', 'report', '{Student}', 'students', '{Student}', '{Ann}', '2026-01-02 03:04:05Z',
                '10.0.0.8', 'curl',
                '{Json("a", "null")}', '{Json("a", "1")}', 'for the tax office')
            returning id
            """);

        (await _database.LinesAsync(
            """
            select action, resource, resource_id, linked_table, linked_id, performed_by,
                performed_at = '2026-01-02 03:04:05Z',
                ip_address, user_agent, previous_state, new_state, notes, created_at > now() - interval '1 minute',
                    record_id,
                actor_id
            from platform.audit_logs
            where id = $1
            """,
            id)).ShouldBe(
        [
            $"export|report|{Student}|students|{Student}|{Ann}|t|10.0.0.8|curl|{Json("a", "null")}|{Json("a", "1")}"
            + $"|for the tax office|t|{Student}|{Ann}",
        ]);
        (await _database.LinesAsync(
            "select headers ->> 'event_type', payload ->> 'notes' from lib_events.events where event__id = $1", id))
            .ShouldBe(["changelog.audit.recorded|for the tax office"]);

        static string Json(string key, string value) => $$"""{"{{key}}": {{value}}}""";
    }

    [Fact]
    public async Task What_an_own_entry_leaves_out_comes_from_the_context()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context(
                '{"actor_id": "cron", "ip_address": "10.0.0.9", "user_agent": "job", "reason": "nightly"}');
            insert into platform.audit_logs (action, resource) values ('purge', 'cache');
            commit
            """);

        (await _database.LinesAsync(
            """
            select action, resource, performed_by, actor_id, ip_address, user_agent, notes, performed_at = created_at
            from platform.audit_logs
            where resource = 'cache'
            """)).ShouldBe(["purge|cache|∅|cron|10.0.0.9|job|nightly|t"]);
    }

    [Theory]
    [InlineData("members", """{"email": "raw"}""", """[{"email": "raw"}, {"email": null, "n": 1}, 3, """
        + """[{"email": "raw"}]]""",
        """{"email": "HASH"}|[{"email": "HASH"}, {"n": 1, "email": null}, 3, "[redacted]"]|HASH""")]
    [InlineData("\"public\".\"members\"", """{"email": "raw"}""", "null", """{"email": "HASH"}|HASH""")]
    [InlineData("Public.Members", "[]", """{"email": "raw"}""", """[]|{"email": "HASH"}|HASH""")]
    [InlineData("rooms", """{"email": "shown"}""", "null", """{"email": "shown"}|[7, "HASH"]""")]
    [InlineData(
        "platform.global_settings", """{"value": "raw", "is_secret": false}""",
        """{"value": "raw", "is_secret": true}""",
        """{"value": "[redacted]", "is_secret": false}|{"value": "[redacted]", "is_secret": true}|[7, "raw"]""")]
    [InlineData("platform.global_settings", """{"value": "raw"}""", """{"value": "raw", "is_secret": false}""",
        """{"value": "[redacted]"}|{"value": "[redacted]", "is_secret": false}|[7, "raw"]""")]
    [InlineData("global_settings", """{"value": "shown", "is_secret": false}""", """[{"value": "shown", "is_secret": """
        + """null}]""",
        """{"value": "shown", "is_secret": false}|[{"value": "shown", "is_secret": null}]|[7, "raw"]""")]
    [InlineData(
        "public.members", """{"Email": "raw", "E-MAIL": "raw", "by": [{"e_mail": "raw", "n": 1}]}""",
        """[{"e-mail": null}, "x"]""",
        """{"by": [{"n": 1, "e_mail": "raw"}], "Email": "HASH", "E-MAIL": "HASH"}|[{"e-mail": null}, "x"]|HASH""")]
    [InlineData(
        "platform.global_settings", """{"Value": "raw", "isSecret": true}""", "null",
        """{"Value": "[redacted]", "isSecret": true}|[7, "raw"]""")]
    [InlineData(
        "platform.global_settings", """{"Value": "raw", "Is-Secret": false}""",
        """{"VALUE": "raw", "isSecret": true}""",
        """{"Value": "[redacted]", "Is-Secret": false}|{"VALUE": "[redacted]", "isSecret": true}|[7, "raw"]""")]
    [InlineData(
        "platform.global_settings", """{"Value": "shown", "isSecret": false}""", "null",
        """{"Value": "shown", "isSecret": false}|[7, "raw"]""")]
    [InlineData("no. name", """{"email": "shown"}""", "null", """{"email": "shown"}|[7, "raw"]""")]
    public async Task An_own_entry_is_redacted_as_rows_of_that_table_are(
        string resource, string before, string after, string stored)
    {
        await _database.ExecuteAsync(
            """
            create table public.members (email text primary key, n int);
            create table public.rooms (nr int, token text, email text, primary key (nr, token))
            """);
        var rule = new RedactionRule(
            "ChangeLog:Redaction:Rules:0", TableFilter.Parse(["public.members"])[0], new ColumnPattern("email"),
            RedactionMethod.Hash, When: null);
        await _database.DataSource.ReconcileAsync(Installs.Defaults with { Redaction = new RedactionSettings([rule]) });

        await _database.ExecuteAsync(
            "insert into platform.audit_logs (action, resource, record_id, previous_state, new_state) values ('seen', "
                + "$1, $2, $3::jsonb, $4::jsonb)",
            resource, resource.EndsWith("embers", StringComparison.Ordinal)
                || resource[0] == '"' ? "raw" : """[7, "raw"]""", before, after);

        (await _database.LinesAsync(
            """
            select replace(concat_ws('|', previous_state, new_state, record_id), logs.redaction_hash('raw'), 'HASH')
            from platform.audit_logs
            where action = 'seen'
            """)).ShouldBe([stored]);
    }

    [Theory]
    [InlineData("(action) values ('purge')", PostgresErrorCodes.NotNullViolation)]
    [InlineData("(resource) values ('cache')", PostgresErrorCodes.NotNullViolation)]
    [InlineData("(action, resource) values (repeat('x', 21), 'cache')", PostgresErrorCodes.StringDataRightTruncation)]
    [InlineData("(action, resource) values ('purge', repeat('x', 101))", PostgresErrorCodes.StringDataRightTruncation)]
    public async Task An_own_entry_that_the_documents_table_would_refuse_is_refused(string values, string state) =>
        (await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync($"insert into platform.audit_logs {values}"))).SqlState.ShouldBe(state);

    [Theory]
    [InlineData("update platform.audit_logs set notes = 'forged' where resource = 'public.students'")]
    [InlineData("update platform.audit_logs set notes = 'forged' where resource = 'cache'")]
    [InlineData("delete from platform.audit_logs where resource = 'public.students'")]
    [InlineData("delete from platform.audit_logs where resource = 'cache'")]
    public async Task An_audit_row_is_immutable(string sql)
    {
        await _database.ExecuteAsync(
            $"""
            insert into public.students values ('{Student}', 'Bo', null);
            insert into platform.audit_logs (action, resource) values ('purge', 'cache')
            """);
        await _database.DeriveAsync();

        (await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql)))
            .MessageText.ShouldEndWith(
                "of platform.audit_logs is refused: what ChangeLog has recorded is never changed");
    }

    [Fact]
    public async Task Whatever_an_event_of_that_type_holds_the_view_can_be_read()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.store('changelog.audit.recorded', '[1]');
            select lib_event.store('changelog.audit.recorded', '{}');
            select lib_event.store('changelog.audit.recorded', jsonb_build_object(
                'action', repeat('x', 30), 'resource', repeat('y', 200), 'resource_id', 7, 'ip_address', 'nowhere',
                'performed_by', '{}'))
            """);

        (await _database.LinesAsync(
            "select length(action), length(resource), resource_id, ip_address, performed_by from platform.audit_logs "
            + "where resource like 'y%'")).ShouldBe(["20|100|∅|∅|∅"]);
    }

    [Fact]
    public async Task Activity_logs_is_the_documents_table()
    {
        (await _database.ColumnsAsync("platform.activity_logs")).ShouldBe(
        [
            "id|uuid|not null|gen_random_uuid()",
            "user_id|uuid|null|-",
            "event_type|character varying(50)|not null|-",
            "event_details|jsonb|null|-",
            "linked_table|character varying(100)|null|-",
            "linked_id|uuid|null|-",
            "ip_address|inet|null|-",
            "user_agent|text|null|-",
            "occurred_at|timestamp with time zone|null|now()",
            "created_at|timestamp with time zone|null|now()",
        ]);
        (await _database.IndexesAsync("platform.activity_logs")).ShouldBe(
        [
            "CREATE UNIQUE INDEX activity_logs_pkey ON platform.activity_logs (id)",
            "CREATE INDEX idx_activity_logs_event_type ON platform.activity_logs (event_type)",
            "CREATE INDEX idx_activity_logs_linked ON platform.activity_logs (linked_table, linked_id)",
            "CREATE INDEX idx_activity_logs_occurred_at ON platform.activity_logs (occurred_at)",
            "CREATE INDEX idx_activity_logs_user_id ON platform.activity_logs (user_id)",
        ]);
        (await _database.ForeignKeysAsync("platform.activity_logs")).ShouldBe(
            ["activity_logs_user_id_fkey|FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL"]);
    }

    [Fact]
    public async Task Feature_flags_is_the_documents_table()
    {
        (await _database.ColumnsAsync("platform.feature_flags")).ShouldBe(
        [
            "id|uuid|not null|gen_random_uuid()",
            "key|character varying(100)|not null|-",
            "description|text|null|-",
            "is_enabled|boolean|null|false",
            "rollout_percentage|smallint|null|0",
            "target_roles|uuid[]|null|-",
            "target_users|uuid[]|null|-",
            "conditions|jsonb|null|-",
            "created_at|timestamp with time zone|null|now()",
            "updated_at|timestamp with time zone|null|-",
            "deleted_at|timestamp with time zone|null|-",
            "created_by|uuid|null|-",
            "updated_by|uuid|null|-",
            "deleted_by|uuid|null|-",
        ]);
        (await _database.IndexesAsync("platform.feature_flags")).ShouldBe(
        [
            "CREATE UNIQUE INDEX feature_flags_key_key ON platform.feature_flags (key)",
            "CREATE INDEX feature_flags_created_by_idx ON platform.feature_flags (created_by) WHERE (created_by IS NOT "
                + "NULL)",
            "CREATE INDEX feature_flags_updated_by_idx ON platform.feature_flags (updated_by) WHERE (updated_by IS NOT "
                + "NULL)",
            "CREATE INDEX feature_flags_deleted_by_idx ON platform.feature_flags (deleted_by) WHERE (deleted_by IS NOT "
                + "NULL)",
            "CREATE INDEX feature_flags_key_idx ON platform.feature_flags (key) WHERE ((key)::text ~~ "
                + "'changelog.%'::text)",
            "CREATE UNIQUE INDEX feature_flags_pkey ON platform.feature_flags (id)",
            "CREATE INDEX idx_feature_flags_is_enabled ON platform.feature_flags (is_enabled)",
            "CREATE INDEX idx_feature_flags_key ON platform.feature_flags (key)",
        ], ignoreOrder: true);
        (await _database.ForeignKeysAsync("platform.feature_flags")).ShouldBe(
        [
            "feature_flags_created_by_fkey|FOREIGN KEY (created_by) REFERENCES auth.users(id)",
            "feature_flags_deleted_by_fkey|FOREIGN KEY (deleted_by) REFERENCES auth.users(id)",
            "feature_flags_updated_by_fkey|FOREIGN KEY (updated_by) REFERENCES auth.users(id)",
        ]);
    }

    [Fact]
    public async Task Global_settings_is_the_documents_table()
    {
        (await _database.ColumnsAsync("platform.global_settings")).ShouldBe(
        [
            "id|uuid|not null|gen_random_uuid()",
            "key|character varying(150)|not null|-",
            "value|jsonb|not null|-",
            "description|text|null|-",
            "is_secret|boolean|null|false",
            "linked_table|character varying(100)|null|-",
            "linked_id|uuid|null|-",
            "created_at|timestamp with time zone|null|now()",
            "updated_at|timestamp with time zone|null|-",
            "deleted_at|timestamp with time zone|null|-",
            "created_by|uuid|null|-",
            "updated_by|uuid|null|-",
            "deleted_by|uuid|null|-",
        ]);
        (await _database.IndexesAsync("platform.global_settings")).ShouldBe(
        [
            "CREATE UNIQUE INDEX global_settings_key_key ON platform.global_settings (key)",
            "CREATE INDEX global_settings_created_by_idx ON platform.global_settings (created_by) WHERE (created_by IS "
                + "NOT NULL)",
            "CREATE INDEX global_settings_updated_by_idx ON platform.global_settings (updated_by) WHERE (updated_by IS "
                + "NOT NULL)",
            "CREATE INDEX global_settings_deleted_by_idx ON platform.global_settings (deleted_by) WHERE (deleted_by IS "
                + "NOT NULL)",
            "CREATE INDEX global_settings_key_idx ON platform.global_settings (key) WHERE ((key)::text ~~ "
                + "'changelog.%'::text)",
            "CREATE UNIQUE INDEX global_settings_pkey ON platform.global_settings (id)",
            "CREATE INDEX idx_global_settings_key ON platform.global_settings (key)",
            "CREATE INDEX idx_global_settings_linked ON platform.global_settings (linked_table, linked_id)",
        ], ignoreOrder: true);
        (await _database.ForeignKeysAsync("platform.global_settings")).ShouldBe(
        [
            "global_settings_created_by_fkey|FOREIGN KEY (created_by) REFERENCES auth.users(id)",
            "global_settings_deleted_by_fkey|FOREIGN KEY (deleted_by) REFERENCES auth.users(id)",
            "global_settings_updated_by_fkey|FOREIGN KEY (updated_by) REFERENCES auth.users(id)",
        ]);
    }

    [Fact]
    public async Task Flags_and_settings_are_logged_and_what_handlers_fill_is_not() =>
        (await _database.LinesAsync(
            "select table_name, captured from changelog.tables() where table_schema = 'platform' order by 1"))
            .ShouldBe(["feature_flags|t", "global_settings|t"]);

    [Fact]
    public async Task Every_domain_event_is_an_activity_and_no_recorded_transaction_is()
    {
        await _database.ExecuteAsync($"insert into public.students values ('{Student}', 'Bo', null)");
        await _database.ExecuteAsync(
            $$"""
            select lib_event.create(
                'school.file.uploaded', '{"name": "a.pdf"}', '2026-01-02 03:04:05Z',
                headers => '{"actor_id": "{{Ann}}", "ip_address": "10.0.0.7", "user_agent": "Firefox",
                    "linked_table": "students", "linked_id": "{{Student}}"}',
                event__id => '44444444-4444-4444-8444-444444444444');
            select lib_event.store('changelog.transaction.recorded', '{"forged": true}')
            """);
        await _database.DeriveAsync();
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select a.id, user_id, a.event_type, event_details, linked_table, linked_id, ip_address, user_agent,
                a.occurred_at = '2026-01-02 03:04:05Z', a.created_at = e.created_at
            from platform.activity_logs a
            join lib_event.event e on e.event__id = a.id
            where a.event_type not like 'changelog.%'
            """)).ShouldBe(
        [
            $"44444444-4444-4444-8444-444444444444|{Ann}|school.file.uploaded"
            + """|{"name": "a.pdf", "event__id": "44444444-4444-4444-8444-444444444444"}"""
            + $"|students|{Student}|10.0.0.7|Firefox|t|t",
        ]);
    }

    [Theory]
    [InlineData("update platform.activity_logs set event_type = 'forged'")]
    [InlineData("update platform.activity_logs set user_id = null")]
    [InlineData("delete from platform.activity_logs")]
    [InlineData("truncate platform.activity_logs")]
    public async Task Activity_is_only_appended(string sql)
    {
        await _database.ExecuteAsync($$"""select lib_event.create('a.b.done', headers => '{"actor": "{{Ann}}"}')""");
        await _database.DeriveAsync();

        (await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql)))
            .MessageText.ShouldEndWith(
                "of platform.activity_logs is refused: what ChangeLog has recorded is never changed");
    }

    [Fact]
    public async Task Deleting_a_user_leaves_the_activity_without_one()
    {
        await _database.ExecuteAsync(
            $$"""select lib_event.create('iam.user.seen', headers => '{"actor_id": "{{Ann}}"}')""");
        await _database.DeriveAsync();
        const string users = "select user_id from platform.activity_logs where event_type = 'iam.user.seen' "
            + "union all select user_id from platform.user_audit_logs";
        (await _database.LinesAsync(users)).ShouldBe([Ann, Ann]);

        await _database.ExecuteAsync("delete from auth.users");

        (await _database.LinesAsync(users)).ShouldBe(["∅", "∅"]);
    }

    [Theory]
    [InlineData("truncate auth.users cascade", PostgresErrorCodes.ObjectNotInPrerequisiteState)]
    [InlineData("truncate auth.users", PostgresErrorCodes.FeatureNotSupported)]
    [InlineData("update auth.users set id = gen_random_uuid()", PostgresErrorCodes.ForeignKeyViolation)]
    public async Task What_would_take_the_users_away_from_what_is_recorded_is_refused(string sql, string state)
    {
        await _database.ExecuteAsync(
            $$"""select lib_event.create('iam.user.seen', headers => '{"actor_id": "{{Ann}}"}')""");
        await _database.ExecuteAsync($"insert into platform.feature_flags (key, created_by) values ('a', '{Ann}')");
        await _database.DeriveAsync();

        (await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql))).SqlState.ShouldBe(state);

        (await _database.LinesAsync(
            """
            select (select count(*) from platform.user_audit_logs where user_id is not null), count(*)
            from auth.users u
            join platform.feature_flags f on f.created_by = u.id
            """)).ShouldBe(["1|1"]);
    }

    // the document: "Cleanup responsibility", "append-only", and the index by which both are found
    [Fact]
    public async Task When_a_record_is_deleted_settings_lose_their_link_and_the_logs_keep_theirs()
    {
        await _database.ExecuteAsync(
            $$"""
            insert into public.students values ('{{Student}}', 'Bo', null);
            insert into platform.global_settings (key, value, linked_table, linked_id) values
                ('short', '1', 'students', '{{Student}}'), ('long', '2', 'public.students', '{{Student}}'),
                ('other', '3', 'students', '{{Ann}}'), ('none', '4', null, null);
            insert into platform.audit_logs (action, resource, linked_table, linked_id) values
                ('export', 'report', 'students', '{{Student}}');
            select lib_event.create('a.b.done', headers => '{"linked_table": "students", "linked_id": "{{Student}}"}');
            insert into public.students values ('{{Ann}}', 'Ann', null);
            delete from public.students where id = '{{Student}}'
            """);
        await _database.CleanAsync();
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            "select key, value, linked_table, linked_id from platform.global_settings order by value::int"))
            .ShouldBe(["short|1|∅|∅", "long|2|∅|∅", $"other|3|students|{Ann}", "none|4|∅|∅"]);
        (await _database.LinesAsync(
            """
            select 'audit', linked_table, linked_id, platform.link_gone(linked_table, linked_id)
            from platform.audit_logs
            where resource = 'report'
            union all
            select 'activity', linked_table, linked_id, platform.link_gone(linked_table, linked_id)
            from platform.activity_logs
            where event_type = 'a.b.done'
            """)).ShouldBe([$"audit|students|{Student}|t", $"activity|students|{Student}|t"]);
        (await _database.LinesAsync(
            """
            select previous_state ->> 'linked_table', new_state ->> 'linked_table', actor_id, notes
            from platform.audit_logs
            where resource = 'platform.global_settings' and action = 'update'
            order by id
            """)).ShouldBe(
        [
            "students|∅|changelog|the linked record is gone",
            "public.students|∅|changelog|the linked record is gone",
        ]);
    }

    // 10,000 changes by fifty people, and a thousand entries
    private async Task FillAsync()
    {
        await _database.ExecuteAsync(
            """
            create table public.room (number integer primary key, student uuid references public.students)
            """);
        // sent alone: it commits, and statements in one batch share a transaction
        await _database.ExecuteAsync(
            """
            do $$
            begin
                for i in 1 .. 100 loop
                    perform changelog.set_context(jsonb_build_object(
                        'actor_id', format('00000000-0000-4000-8000-%s', lpad((i % 50)::text, 12, '0'))));
                    insert into public.students
                    select format('00000000-0000-4000-8000-%s', lpad(g::text, 12, '0'))::uuid, 'name'
                    from generate_series(i * 50, i * 50 + 49) g;
                    insert into public.room
                    select g, format('00000000-0000-4000-8000-%s', lpad(g::text, 12, '0'))::uuid
                    from generate_series(i * 50, i * 50 + 49) g;
                    commit;
                end loop;
            end $$
            """);
        await _database.ExecuteAsync(
            """
            insert into platform.audit_logs (
                action, resource, resource_id, linked_table, linked_id, performed_by, performed_at, record_id)
            select
                'seen',
                'a.' || g,
                gen_random_uuid(),
                'b.' || g,
                gen_random_uuid(),
                case when g <= 2 then '00000000-0000-4000-8000-000000000007' else gen_random_uuid() end,
                case when g = 1 then timestamptz '2019-12-31' else now() end,
                g
            from generate_series(1, 1000) g
            """);
        await _database.DeriveAsync();
        await _database.ExecuteAsync("analyze");
    }
}
