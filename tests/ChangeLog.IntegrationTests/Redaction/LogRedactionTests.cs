using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>changelog redact: raw values are taken out of what is logged already.</summary>
public sealed class LogRedactionTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_column_redacted_late_is_rewritten_wherever_it_was_logged()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, ssn text, body jsonb);
            insert into person values (1, 'raw', '{"a": {"SSN": "raw"}}'), (2, null, '{"ssn_count": 1}');
            update person set ssn = 'raw2' where id = 1;
            """);

        var planned = await _database.RedactAsync("person", "ssn", RedactionMethod.Mask, isPlan: true);
        var done = await _database.RedactAsync("person", "ssn", RedactionMethod.Mask);
        var again = await _database.RedactAsync("person", "ssn", RedactionMethod.Mask);

        (planned.Changes, done.Changes, again.Changes).ShouldBe((2, 2, 0));
        (await _database.LinesAsync("select record_data, previous_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "ssn": "[redacted]", "body": {"a": {"SSN": "[redacted]"}}}|∅""",
            """{"id": 2, "ssn": null, "body": {"ssn_count": 1}}|∅""",
            """{"id": 1, "ssn": "[redacted]", "body": {"a": {"SSN": "[redacted]"}}}|{"ssn": "[redacted]"}""",
        ]);
        (await _database.LinesAsync(
            """
            select (payload - array['os_user', 'version']) || '{"db_user": "USER"}', payload ? 'os_user'
            from lib_event.event
            where event_type = 'changelog.redaction.performed'
            """)).ShouldBe(
            ["""{"way": "mask", "table": "public.person", "column": "ssn", "changes": 2, "db_user": "USER"}|t"""]);
    }

    [Fact]
    public async Task What_a_rule_would_find_is_found_late_too()
    {
        await _database.ExecuteAsync(
            """
            create type card as (pan text, doc json);
            create table person (id int primary key, "TaxId" text, paid card, doc json);
            insert into person values (1, 'raw', row('raw', '{"a": "\u0000"}'), '"\u0000"'),
                (2, null, row('raw', '{}'), null);
            insert into platform.audit_logs (action, resource, new_state)
            values ('a', 'person', '[{"TaxId": "raw"}]'), ('b', '"public"."person"', '{"tax-id": "raw"}'),
                ('c', 'people', '{"tax_id": "kept"}');
            """);

        var tax = await _database.RedactAsync("person", "tax_id");
        var pan = await _database.RedactAsync("person", "pan");

        (tax.Changes, pan.Changes).ShouldBe((3, 1));
        (await _database.LinesAsync("select record_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "doc": {"changelog:text": "\"\\u0000\""}, "paid": "[redacted]", "TaxId": "[redacted]"}""",
            """{"id": 2, "doc": null, "paid": {"doc": {}, "pan": "[redacted]"}, "TaxId": null}""",
        ]);
        (await _database.LinesAsync(
            "select action, new_state from platform.audit_logs where action in ('a', 'b', 'c') order by 1")).ShouldBe(
            ["""a|[{"TaxId": "[redacted]"}]""", """b|{"tax-id": "[redacted]"}""", """c|{"tax_id": "kept"}"""]);
    }

    [Fact]
    public async Task A_column_of_the_key_is_rewritten_in_what_was_derived_from_it_too()
    {
        await _database.ExecuteAsync(
            """
            create table person (email text primary key, boss text constraint has_boss references person);
            insert into person values ('raw', null), ('raw2', 'raw');
            """);
        await DeriveAsync();

        (await _database.RedactAsync("person", "email", RedactionMethod.Hash)).Changes.ShouldBe(2);

        (await _database.LinesAsync(
            """
            select c.record_id = logs.redaction_hash(r.raw), c.record_data ->> 'email' = c.record_id,
                d.record_id = c.record_id
            from (values (1, 'raw'), (2, 'raw2')) r (nr, raw)
            join (select *, row_number() over (order by position) as nr from logs.change) c on c.nr = r.nr
            join logs.change_details d on d.position = c.position
            """)).ShouldBe(["t|t|t", "t|t|t"]);
        (await _database.LinesAsync("select linked_id = logs.redaction_hash('raw'), via from logs.change_links"))
            .ShouldBe(["t|has_boss"]);
    }

    [Fact]
    public async Task A_person_is_erased_and_only_an_anonymous_key_stays()
    {
        await _database.ExecuteAsync(
            """
            create table person (id int primary key, name text, born date, note text);
            create table contact (email text primary key, name text);
            insert into person values (42, 'raw', '1990-01-01', null), (43, 'kept', null, null);
            update person set name = 'raw2' where id = 42;
            insert into contact values ('raw', 'raw');
            """);
        await DeriveAsync();

        (await _database.EraseAsync("person", "42")).Changes.ShouldBe(2);
        (await _database.EraseAsync("contact", "raw")).Changes.ShouldBe(1);
        (await _database.EraseAsync("person", "42")).Changes.ShouldBe(0);

        (await _database.LinesAsync(
            "select replace(record_id, logs.redaction_hash('raw'), 'HASH'), record_data, previous_data "
                + "from logs.change order by position"))
            .ShouldBe(
            [
                """42|{"id": 42, "born": "[redacted]", "name": "[redacted]", "note": null}|∅""",
                """43|{"id": 43, "born": null, "name": "kept", "note": null}|∅""",
                """42|{"id": 42, "born": "[redacted]", "name": "[redacted]", "note": null}|{"name": "[redacted]"}""",
                """HASH|{"name": "[redacted]", "email": "[redacted]"}|∅""",
            ]);
        (await _database.LinesAsync(
            """
            select 'raw' from logs.change_details d where d::text like '%raw%'
            union all
            select 'raw' from lib_event.event e where e::text like '%raw%'
            """)).ShouldBeEmpty();
        (await _database.ScalarAsync<long>(
            "select count(*) from lib_event.event where event_type = 'changelog.redaction.performed'")).ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_else_may_change_the_log_and_nobody_but_its_owner_redacts()
    {
        await _database.ExecuteAsync(
            "create table person (id int primary key, name text); insert into person values (1, 'a')");
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"grant select, update on logs.change to {role.Name}; grant usage on schema logs to {role.Name}");
        await using var dataSource = _database.DataSourceFor(role);

        (await Should.ThrowAsync<PostgresException>(() => dataSource.ExecuteAsync(
            "select changelog.redact_logged('{}', '{}', '{}', 0, 1, true)"))).SqlState
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        foreach (var sql in new[]
        {
            "update logs.change set record_data = '{}'",
            "begin; select set_config('changelog.redacting', pg_current_xact_id()::text, true); "
                + "update logs.change set op = 'D'",
            "begin; select set_config('changelog.redacting', pg_current_xact_id()::text, true); delete "
                + "from logs.change",
        })
        {
            await using var connection = await _database.OpenConnectionAsync();
            (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState
                .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState, sql);
        }
    }

    private Task<int> DeriveAsync() => _database.ExecuteAsync(
        """
        select logs.derive_details(p.positions, p.logged_from, p.logged_until),
            logs.derive_links(p.positions, p.logged_from, p.logged_until)
        from (
            select array_agg(position order by position), min(logged_at), max(logged_at) from logs.change
        ) p (positions, logged_from, logged_until)
        """);
}
