using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>A secret that stands in more columns than the one that a rule names.</summary>
public sealed class CopiedSecretTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_generated_column_that_is_made_of_a_redacted_one_is_masked_but_a_plain_one()
    {
        await _database.ExecuteAsync(
            """
            create table account (
                id int primary key, password text,
                copy text generated always as (upper(password)) stored,
                    has boolean generated always as (password is not null) stored);
            insert into account (id, password) values (1, 'raw'), (2, null);
            update account set password = 'raw2' where id = 1;
            """);

        (await _database.LinesAsync("select record_data, previous_data from logs.change order by position")).ShouldBe(
        [
            """{"id": 1, "has": true, "copy": "[redacted]", "password": "[redacted]"}|∅""",
            """{"id": 2, "has": false, "copy": null, "password": null}|∅""",
            """{"id": 1, "has": true, "copy": "[redacted]", "password": "[redacted]"}|{"copy": "[redacted]","""
                + """ "password": "[redacted]"}""",
        ]);
    }

    [Fact]
    public async Task A_foreign_key_that_leads_to_a_redacted_column_by_way_of_another_is_hashed_too()
    {
        await _database.ExecuteAsync(
            """
            create table session (token text primary key);
            create table visit (session text primary key references session);
            create table click (id int primary key, visit text references visit);
            insert into session values ('raw');
            insert into visit values ('raw');
            insert into click values (1, 'raw');
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select replace(record_data::text, h.hash, 'HASH'), replace(record_id, h.hash, 'HASH')
            from logs.change, logs.redaction_hash('raw') h (hash)
            order by position
            """)).ShouldBe(
            ["""{"token": "[redacted]"}|HASH""", """{"session": "HASH"}|HASH""", """{"id": 1, "visit": "HASH"}|1"""]);
        (await _database.LinesAsync(
            "select linked_table, linked_id = logs.redaction_hash('raw') from logs.change_links order by 1")).ShouldBe(
            ["public.session|t", "public.visit|t"]);
    }

    [Fact]
    public async Task A_foreign_key_to_a_column_under_a_When_is_hashed_in_every_row_and_leads_to_its_record()
    {
        await _database.ExecuteAsync(
            "create table cards (number text primary key, is_live boolean); create table payments (id int primary key, "
                + "card text references cards)");
        await ReconcileAsync("public.cards", "number", RedactionMethod.Hash, "is_live");

        await _database.ExecuteAsync(
            "insert into cards values ('raw1', true), ('raw2', false); insert into payments values (1, 'raw1'), (2, "
                + "'raw2')");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select p.record_id, p.record_data ->> 'card' = logs.redaction_hash('raw' || p.record_id),
                l.linked_id = c.record_id, c.op
            from logs.change p
            join logs.change_links l using (position)
            join logs.change c on c.table_name = 'cards' and c.record_id = p.record_data ->> 'card'
            where p.table_name = 'payments'
            order by 1
            """)).ShouldBe(["1|t|t|I", "2|t|t|I"]);

        // another name of the column comes into what refers to it
        await _database.ExecuteAsync("alter table cards rename column is_live to is_alive");
        (await _database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Foreign_keys_of_a_partition_and_to_one_are_hashed_by_the_names_of_their_columns()
    {
        await _database.ExecuteAsync(
            """
            create table session (token text primary key);
            create table visit (id int, gone int, session text) partition by range (id);
            create table visit_1 (session text, id int);
            alter table visit drop column gone;
            alter table visit attach partition visit_1 for values from (0) to (9);
            alter table visit_1 add foreign key (session) references session;
            create table pass (n int, label text) partition by range (n);
            create table pass_1 (label text unique, n int);
            alter table pass attach partition pass_1 for values from (0) to (9);
            create table use (id int primary key, gone int, pass text);
            alter table use drop column gone;
            alter table use add foreign key (pass) references pass_1 (label);
            alter table pass rename column label to token;
            insert into session values ('raw');
            insert into visit values (1, 'raw');
            insert into pass values (1, 'raw');
            insert into use values (1, 'raw');
            """);

        (await _database.LinesAsync(
            "select table_name, replace(record_data::text, logs.redaction_hash('raw'), 'HASH') from logs.change "
                + "order by position")).ShouldBe(
        [
            """session|{"token": "[redacted]"}""",
            """visit|{"id": 1, "session": "HASH"}""",
            """pass|{"n": 1, "token": "[redacted]"}""",
            """use|{"id": 1, "pass": "HASH"}""",
        ]);
        (await _database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rule_for_a_table_holds_for_what_inherits_from_it()
    {
        await _database.ExecuteAsync(
            "create table base (id int primary key, note text, body jsonb); create table kid (more int) inherits "
                + "(base); create table other (note text)");
        await ReconcileAsync("public.base", "note", RedactionMethod.Mask);
        await _database.ExecuteAsync("create table grandkid () inherits (kid)");

        await _database.ExecuteAsync(
            """
            insert into kid values (1, 'raw', '{"note": "raw"}', 2);
            insert into grandkid values (1, 'raw', '{"note": "raw"}', 2);
            insert into other values ('shown');
            update base set note = 'raw2' where tableoid = 'kid'::regclass;
            """);

        const string Row = """{"id": 1, "body": {"note": "[redacted]"}, "more": 2, "note": "[redacted]"}""";
        (await _database.LinesAsync(
            "select table_name, record_data, previous_data from logs.change order by position")).ShouldBe(
            [
                $"kid|{Row}|∅", $"grandkid|{Row}|∅", """other|{"note": "shown"}|∅""",
                $"kid|{Row}|{{\"note\": \"[redacted]\"}}"]);
        (await _database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    // what it is made of stands in a text, which has no keys
    [Fact]
    public async Task A_range_over_rows_or_json_is_masked_whole()
    {
        await _database.ExecuteAsync(
            """
            create type cred as (username text, password text);
            create type cred_range as range (subtype = cred);
            create type json_range as range (subtype = jsonb);
            create domain cred_domain as cred_range;
            create type pair as (a int, creds cred_range[]);
            create table item (id int primary key, one cred_range, many cred_range[], json json_range,
                named cred_domain, part pair, plain int4range);
            insert into item values (
                1, cred_range(('u', 'raw'), null), array[cred_range(('u', 'raw'), null)],
                    json_range('{"password": "raw"}', null),
                cred_range(('u', 'raw'), null), (1, array[cred_range(('u', 'raw'), null)]), '[1,2)');
            insert into item values (2);
            """);
        var hasMultiranges = await _database.ServerVersionAsync() > 13;
        if (hasMultiranges)
        {
            await _database.ExecuteAsync(
                "alter table item add multi cred_multirange; insert into item (id, multi) values (3, "
                    + "cred_multirange(cred_range(('u', 'raw'), null)))");
        }

        (await _database.LinesAsync(
            "select v.key, v.value, count(*) from logs.change, jsonb_each_text(record_data) v "
                + "where record_id <> '3' and v.key not in ('id', 'multi') group by 1, 2 order by 1, 2"))
            .ShouldBe(
            [
                "json|[redacted]|1", "json|∅|1", "many|[redacted]|1", "many|∅|1", "named|[redacted]|1", "named|∅|1",
                "one|[redacted]|1", "one|∅|1",
                "part|[redacted]|1", "part|∅|1", "plain|[1,2)|1", "plain|∅|1",
            ]);
        (await _database.LinesAsync("select record_data ->> 'multi' from logs.change where record_id = '3'"))
            .ShouldBe(hasMultiranges ? ["[redacted]"] : []);
    }

    [Fact]
    public async Task Json_that_is_a_key_is_hashed_in_the_records_identity()
    {
        await _database.ExecuteAsync(
            """
            create table thing (key jsonb primary key, n int);
            insert into thing values ('{"password": "raw"}', 1);
            update thing set n = 2;
            """);

        (await _database.LinesAsync("select record_id = logs.redaction_hash('{\"password\": \"raw\"}'), "
            + "record_data -> 'key' from logs.change")).ShouldBe(
            ["""t|{"password": "[redacted]"}""", """t|{"password": "[redacted]"}"""]);
    }

    private Task<ReconcileReport> ReconcileAsync(
        string table, string column, RedactionMethod way, string? when = null) =>
        _database.DataSource.ReconcileAsync(Installs.Defaults with
        {
            Redaction = new RedactionSettings(
                [new RedactionRule(
                    "ChangeLog:Redaction:Rules:0", TableFilter.Parse([table])[0],
                    new ColumnPattern(column), way, when)]),
        });
}
