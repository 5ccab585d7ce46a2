using ChangeLog.Handlers.Activity;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>changelog redact beyond a table's own changes: references, events, contexts, a person's actions.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private const string Anna = "11111111-1111-4111-8111-111111111111";

    private const string Raw = /* language=sql */
        $"""
        select t.place, t.content
        from ({LateRedaction.Recorded}) t (place, content)
        where t.content like '%raw%'
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Json_that_is_kept_as_text_is_masked_whole_where_the_key_may_be_in_it()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, body json, other json, note text);
            insert into person values (1, '{"n": "\u0000", "ssn": "raw"}', '{"n": "\u0000", "a": 1}', 'the ssn of');
            insert into person values (2, '{"n": "\u0000", "\u0073sn": "raw"}', '{"taxId": "kept"}', null);
            insert into person values (3, '[{"SSN": "raw"}]', null, null);
            """);

        var planned = await _database.RedactAsync("person", "ssn", isPlan: true);
        (await _database.RedactAsync("person", "ssn")).ShouldBe(planned);

        (await _database.LinesAsync("select record_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "body": "[redacted]", "note": "the ssn of", "other": {"changelog:text": "{\"n\": """
                + """\"\\u0000\", \"a\": 1}"}}""",
            """{"id": 2, "body": "[redacted]", "note": null, "other": {"taxId": "kept"}}""",
            """{"id": 3, "body": [{"SSN": "[redacted]"}], "note": null, "other": null}""",
        ]);
        // the second was masked at once: \u0073 may have been part of a default rule's key
        planned.Changes.ShouldBe(2);
    }

    [Fact]
    public async Task What_refers_to_a_redacted_column_is_hashed_as_capture_does_it()
    {
        await _database.ExecuteAsync(
            """
            create table session (token_of text primary key, other int);
            create table visit (session text primary key references session, page text);
            create table click (id int primary key, visit text references visit);
            insert into session values ('raw', 1);
            insert into visit values ('raw', 'kept');
            insert into click values (1, 'raw');
            """);
        await _database.DeriveAsync();

        var planned = await _database.RedactAsync("session", "token_of", isPlan: true);
        (await _database.RedactAsync("session", "token_of")).ShouldBe(planned);

        planned.Changes.ShouldBe(3);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select replace(record_id, h.hash, 'HASH'), replace(record_data::text, h.hash, 'HASH')
            from logs.change, logs.redaction_hash('raw') h (hash)
            order by position
            """)).ShouldBe(
            [
                """HASH|{"other": 1, "token_of": "[redacted]"}""",
                """HASH|{"page": "kept", "session": "HASH"}""",
                """1|{"id": 1, "visit": "HASH"}""",
            ]);
        (await _database.LinesAsync("select distinct linked_id = logs.redaction_hash('raw') from logs.change_links"))
            .ShouldBe(["t"]);
        (await _database.RedactAsync("session", "token_of")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_table_with_a_quote_in_its_name_that_refers_to_a_redacted_column_is_found()
    {
        await _database.ExecuteAsync(
            """
            create table people (email text primary key);
            create table "we""ird" (id int primary key, email text references people);
            insert into people values ('raw');
            insert into "we""ird" values (1, 'raw');
            """);

        (await _database.RedactAsync("people", "email", isPlan: true)).Changes.ShouldBe(2);
        (await _database.RedactAsync("\"we\"\"ird\"", "email")).Changes.ShouldBe(1);
        (await _database.EraseAsync("public.\"we\"\"ird\"", "1")).Changes.ShouldBe(0);
    }

    [Fact]
    public async Task What_derives_from_a_redacted_column_and_json_in_a_key_and_a_dropped_tables_key_go_with_it()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, ssn text, copy text generated always as (upper(ssn)) stored);
            create table thing (key jsonb, nr int, primary key (key, nr));
            create table gone (email text, nr int, primary key (email, nr));
            insert into person values (1, 'raw');
            insert into thing values ('{"ssn": "raw"}', 1);
            insert into gone values ('raw', 1);
            drop table gone;
            """);
        await _database.DeriveAsync();

        (await _database.RedactAsync("person", "ssn")).Changes.ShouldBe(1);
        (await _database.RedactAsync("thing", "ssn")).Changes.ShouldBe(1);
        (await _database.RedactAsync("gone", "email")).Changes.ShouldBe(1);

        (await _database.LinesAsync(Raw.Replace(" like ", " ilike ", StringComparison.Ordinal))).ShouldBeEmpty();
        (await _database.LinesAsync("select record_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "ssn": "[redacted]", "copy": "[redacted]"}""", """{"nr": 1, "key": {"ssn": "[redacted]"}}""",
            """{"nr": 1, "email": "[redacted]"}""",
        ]);
        (await _database.ScalarAsync<long>(
            "select count(*) from logs.change c join logs.change_details d using (position) "
                + "where d.record_id = c.record_id")).ShouldBe(3);
    }

    [Fact]
    public async Task A_uuid_that_is_redacted_late_is_no_link_of_the_audit_any_more()
    {
        await _database.ExecuteAsync(
            """
            create table session (key uuid primary key);
            create table visit (id int primary key, session uuid references session);
            insert into session values ('22222222-2222-4222-8222-222222222222');
            insert into visit values (1, '22222222-2222-4222-8222-222222222222');
            """);
        await _database.DeriveAsync();

        await _database.RedactAsync("session", "key");

        (await _database.LinesAsync("select linked_id, resource_id from platform.audit_logs")).ShouldBe(["∅|∅", "∅|∅"]);
        (await _database.LinesAsync(Raw.Replace("%raw%", "%22222222-2222%", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_person_erased_takes_with_it_where_other_rows_named_them()
    {
        await _database.ExecuteAsync(
            """
            create table contact (email text primary key, nick text unique, name text);
            create table mail (id int primary key, receiver text references contact, cc text references contact (nick),
                body text);
            create table seat (contact text references contact on update cascade, row int, primary key (contact, row));
            insert into contact values ('raw@x', 'raw nick', 'raw name'), ('other@x', 'nick', 'name');
            insert into mail values (1, 'raw@x', null, 'kept'), (2, 'other@x', 'raw nick', 'kept');
            insert into seat values ('raw@x', 7);
            update mail set receiver = 'other@x' where id = 1;
            insert into platform.audit_logs (action, resource, record_id, new_state, notes)
            values ('export', 'public.contact', 'raw@x', '{"name": "raw name"}', 'raw'),
                ('export', 'public.contact', 'other@x', '{"name": "name"}', 'why');
            """);
        await _database.DeriveAsync();

        var planned = await _database.EraseAsync("contact", "raw@x", isPlan: true);
        (await _database.EraseAsync("contact", "raw@x")).ShouldBe(planned);
        (await _database.EraseAsync("contact", "raw@x")).Total.ShouldBe(0);

        planned.Changes.ShouldBe(6);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select replace(replace(replace(coalesce(record_id, '') || record_data || coalesce(previous_data::text, ''),
                logs.redaction_hash('raw@x'), 'MAIL'), logs.redaction_hash('raw nick'), 'NICK'), ' ', '')
            from logs.change
            order by position
            """)).ShouldBe(
            [
                """MAIL{"name":"[redacted]","nick":"[redacted]","email":"[redacted]"}""",
                """other@x{"name":"name","nick":"nick","email":"other@x"}""",
                """1{"cc":null,"id":1,"body":"kept","receiver":"MAIL"}""",
                """2{"cc":"NICK","id":2,"body":"kept","receiver":"other@x"}""",
                """["MAIL",7]{"row":7,"contact":"MAIL"}""",
                """1{"cc":null,"id":1,"body":"kept","receiver":"other@x"}{"receiver":"MAIL"}""",
            ]);
        (await _database.LinesAsync(
            "select new_state, notes from platform.audit_logs where action = 'export' order by notes")).ShouldBe(
            ["""{"name": "[redacted]"}|[redacted]""", """{"name": "name"}|why"""]);
    }

    [Fact]
    public async Task A_key_of_events_is_redacted_late_wherever_events_went()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.create(
                'iam.user.paid', '{"iban": "raw", "a": [{"IBAN": "raw"}], "n": 1}',
                    headers => '{"iban": "raw", "user_agent": "raw agent"}');
            select lib_event.create('iam.user.seen', '{"n": 2}');
            """);
        await _database.DeriveAsync();

        var planned = await _database.RedactKeyAsync(RedactedPlace.Events, "iban", isPlan: true);
        (await _database.RedactKeyAsync(RedactedPlace.Events, "iban")).ShouldBe(planned);
        (await _database.RedactKeyAsync(RedactedPlace.Events, "iban")).Total.ShouldBe(0);
        (await _database.RedactKeyAsync(RedactedPlace.Events, "user_agent", RedactionMethod.Omit)).Events.ShouldBe(1);

        planned.Events.ShouldBe(1);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            "select headers, payload from lib_event.event where event_type like 'iam.%' order by position")).ShouldBe(
            [
                """{"iban": "[redacted]"}|{"a": [{"IBAN": "[redacted]"}], "n": 1, "iban": "[redacted]"}""",
                """{}|{"n": 2}"""]);
        (await _database.LinesAsync(
            "select event_details - 'event__id', user_agent from platform.activity_logs "
                + "where event_type = 'iam.user.paid'")).ShouldBe(
            ["""{"a": [{"IBAN": "[redacted]"}], "n": 1, "iban": "[redacted]"}|∅"""]);
        (await _database.LinesAsync("select metadata ->> 'iban' from platform.user_audit_logs order by 1"))
            .ShouldBe(["[redacted]", "∅"]);
        (await _database.ScalarAsync<long>(
            "select count(*) from lib_event.event where event_type = 'changelog.redaction.performed'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_key_of_contexts_is_redacted_late_and_who_it_was_with_it()
    {
        await _database.ExecuteAsync(
            """
            create table thing (id int);
            begin;
            select changelog.set_context(
                '{"actor_id": "raw", "ip_address": "10.0.0.1", "request_id": "raw", "deep": {"customerNo": "raw"}}');
            insert into thing values (1);
            commit;
            begin;
            select set_config('changelog.context', '{"customer_no": "raw', true);
            insert into thing values (2);
            commit;
            """);
        await _database.DeriveAsync();

        var planned = await _database.RedactKeyAsync(RedactedPlace.Contexts, "customer_no", isPlan: true);
        (await _database.RedactKeyAsync(RedactedPlace.Contexts, "customer_no")).ShouldBe(planned);
        (await _database.RedactKeyAsync(RedactedPlace.Contexts, "actor_id", RedactionMethod.Hash)).Contexts.ShouldBe(1);
        (await _database.RedactKeyAsync(RedactedPlace.Contexts, "request_id")).Contexts.ShouldBe(1);

        planned.Contexts.ShouldBe(2);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select
                context - 'actor_id', x.actor_id = logs.redaction_hash('raw'), d.actor_id = x.actor_id, d.request_id
            from logs.transaction x
            join logs.change c using (xid)
            join logs.change_details d on d.position = c.position
            order by c.position
            """)).ShouldBe(
            [
                """{"deep": {"customerNo": "[redacted]"}, "ip_address": "10.0.0.1", "request_id": "[redacted]"}|t|t"""
                    + "|[redacted]",
                """{"invalid": "[redacted]"}|∅|∅|∅"""]);
    }

    [Theory]
    [InlineData(Anna, true)]
    [InlineData("raw@x", false)]
    public async Task Of_all_that_somebody_did_it_is_no_longer_known_who_and_from_where(string actor, bool stays)
    {
        await _database.ExecuteAsync(
            "create table public.users (id uuid primary key, name text); create table thing (id int)");
        await _database.ExecuteAsync($"insert into users values ('{Anna}', 'raw name')");
        await _database.ExecuteAsync("update changelog.capture_setting set users_table = 'public.users'");
        foreach (var who in new[] { actor, "bo" })
        {
            await _database.ExecuteAsync(
                $$"""
                begin;
                select changelog.set_context('{"actor_id": "{{who}}", "ip_address": "10.0.0.1", "user_agent": "raw",
                    "called": "raw", "version": "1.2", "request_id": "raw"}');
                insert into thing values (1);
                select lib_event.create('iam.user.paid', '{"ip": "10.0.0.1", "n": 1}');
                insert into platform.audit_logs (action, resource) values ('export', 'report');
                commit
                """);
        }

        await _database.DeriveAsync(new ActivityOptions());
        var raw = (await _database.LinesAsync(Raw)).Count;

        if (stays)
        {
            // of a user's record that comes with it
            (await _database.EraseAsync("users", actor)).ShouldBe(new RedactionCounts(1, 2, 1));
        }
        else
        {
            var planned = await _database.EraseActorAsync(actor, isPlan: true);
            (await _database.EraseActorAsync(actor)).ShouldBe(planned);
            planned.ShouldBe(new RedactionCounts(null, 2, 1));
        }

        (await _database.EraseActorAsync(actor)).Total.ShouldBe(0);
        var known = stays ? actor : await _database.ScalarAsync<string>("select logs.redaction_hash($1)", actor);
        (await _database.LinesAsync(
            """
            select context, actor_id, (select count(*) from logs.change_details d where d.actor_id = t.actor_id)
            from logs.transaction t
            where actor_id is not null
            order by position
            """)).ShouldBe(
            [
                $$"""{"called": "[redacted]", "version": "1.2", "actor_id": "{{known}}", "ip_address": "[redacted]","""
                    + $$""" "request_id": "[redacted]", "user_agent": "[redacted]"}|{{known}}|1""",
                """{"called": "raw", "version": "1.2", "actor_id": "bo", "ip_address": "10.0.0.1","""
                    + """ "request_id": "raw", "user_agent": "raw"}|bo|1""",
            ]);
        (await _database.LinesAsync(
            "select action, actor_id, ip_address, user_agent, request_id, client_addr from platform.audit_logs "
                + "where actor_id is not null order by performed_at, action"))
            .ShouldBe(
            [
                $"create|{known}|∅|[redacted]|[redacted]|∅", $"export|{known}|∅|[redacted]|[redacted]|∅",
                "create|bo|10.0.0.1|raw|raw|127.0.0.1", "export|bo|10.0.0.1|raw|raw|127.0.0.1",
            ]);
        (await _database.LinesAsync(
            """
            select user_id, coalesce(event_details ->> 'actor_id', ''), ip_address, user_agent, event_details ->> 'ip'
            from platform.activity_logs
            where event_type = 'iam.user.paid'
            order by occurred_at
            """)).ShouldBe(
            [
                stays ? $"{Anna}||∅|[redacted]|[redacted]" : $"∅|{known}|∅|[redacted]|[redacted]",
                "∅|bo|10.0.0.1|raw|10.0.0.1",
            ]);
        (await _database.LinesAsync(
            "select metadata -> 'payload' ->> 'ip', metadata ->> 'ip' from platform.user_audit_logs "
                + "order by created_at"))
            .ShouldBe(["[redacted]|[redacted]", "10.0.0.1|10.0.0.1"]);
        (await _database.LinesAsync(Raw)).Count.ShouldBeLessThan(raw);
    }

    [Fact]
    public async Task The_states_of_an_applications_own_entry_are_redacted_as_the_rows_of_its_table()
    {
        await _database.ExecuteAsync(
            """
            insert into changelog.redaction_rule (place, name, is_default, schema_like, table_like, column_like,
                key_expression, key_hint, way)
            values (1, 'person.ssn', false, 'public', 'person', 'ssn', '^ssn$', 'ssn', 'mask');
            create table person (id int primary key, ssn text);
            insert into platform.audit_logs (action, resource, previous_state, new_state) values
                ('export', 'public.person', '{"ssn": "raw", "password": "raw"}',
                    '{"ssn": "raw", "n": {"apiKey": "raw"}}'),
                ('export', 'a.b.c', '["ssn"]', '{"ssn": "kept"}'),
                ('export', 'public.nothing', null, '{"ssn": "kept"}');
            """);

        (await _database.LinesAsync(
            "select previous_state, new_state from platform.audit_logs order by resource")).ShouldBe(
        [
            """["ssn"]|{"ssn": "kept"}""",
            """∅|{"ssn": "kept"}""",
            """{"ssn": "[redacted]", "password": "[redacted]"}|{"n": {"apiKey": "[redacted]"}, "ssn": "[redacted]"}""",
        ]);
    }

    [Fact]
    public async Task An_error_that_a_handler_met_is_not_kept_with_a_change_that_is_redacted()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, ssn text);
            insert into person values (1, 'raw');
            select changelog.write_dead_letter('h', 'change', position, logged_at, 'there is no raw', 'P0001', 'P0001',
                1, now()) from logs.change;
            """);

        await _database.RedactAsync("person", "ssn");

        (await _database.LinesAsync("select error, sqlstate, record_id from changelog.dead_letter"))
            .ShouldBe(["[redacted]|P0001|1"]);
    }

    [Fact]
    public async Task An_error_that_a_handler_met_is_not_kept_with_an_event_that_is_redacted()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.create('iam.user.paid', '{"iban": "raw"}');
            select lib_event.create('iam.user.paid', '{"n": 1}');
            select changelog.write_dead_letter('h', 'event', position, null, 'there is no raw', 'P0001', 'P0001', 1,
                now())
            from lib_event.event
            where event_type = 'iam.user.paid';
            """);

        await _database.RedactKeyAsync(RedactedPlace.Events, "iban");

        (await _database.LinesAsync("select error from changelog.dead_letter order by position"))
            .ShouldBe(["[redacted]", "there is no raw"]);
    }

    [Fact]
    public async Task An_error_that_holds_a_handler_up_is_not_kept_once_anything_is_redacted()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, ssn text);
            select changelog.register_handler('h', 'changes', false);
            select changelog.note_failure('h', true, 'change', 1, 'there is no raw', 'P0001');
            """);

        await _database.RedactAsync("person", "ssn");

        (await _database.LinesAsync("select error, error_type, paused_since is null from changelog.handler_failure"))
            .ShouldBe(["P0001|P0001|f"]);
    }

    [Theory]
    [InlineData("client_addr", "∅|till")]
    [InlineData("application_name", "10.0.0.1|∅")]
    public async Task A_column_beside_the_contexts_is_redacted_late_like_a_key_of_theirs(string column, string left)
    {
        await _database.ExecuteAsync(
            """
            insert into logs.transaction (position, event__id, xid, logged_at, context, client_addr, application_name)
            values (1, gen_random_uuid(), pg_current_xact_id(), now(), '{}', '10.0.0.1', 'till')
            """);

        (await _database.RedactKeyAsync(RedactedPlace.Contexts, column)).Contexts.ShouldBe(1);

        (await _database.LinesAsync("select client_addr, application_name from logs.transaction")).ShouldBe([left]);
    }

    [Fact]
    public async Task An_address_is_redacted_late_under_the_name_that_the_audit_of_users_has_for_it_too()
    {
        await _database.ExecuteAsync(
            """
            select lib_event.create('iam.user.seen', '{"n": 1}', headers => '{"ip_address": "10.0.0.1"}');
            """);
        await _database.DeriveAsync();

        (await _database.RedactKeyAsync(RedactedPlace.Events, "ip_address")).Events.ShouldBe(1);

        (await _database.LinesAsync("select metadata ->> 'ip', metadata -> 'n' from platform.user_audit_logs"))
            .ShouldBe(["[redacted]|1"]);
    }
}
