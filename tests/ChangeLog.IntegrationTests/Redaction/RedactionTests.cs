using System.Security.Cryptography;
using System.Text;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Status;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>What of rows, events and contexts never reaches the log.</summary>
public sealed class RedactionTests : IAsyncLifetime
{
    private const string Changed = "the columns, the key, the redaction, the options or the root's name changed";

    private const string Changes =
        /* language=sql */ "select op, record_data, previous_data from logs.change order by position";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_masked_column_keeps_its_key_and_a_changed_secret_is_seen_to_have_changed()
    {
        await _database.ExecuteAsync(
            "create table account (id int primary key, name text, \"Password_Hash\" text, token text, "
                + "is_secret boolean, token_count int)");

        await _database.ExecuteAsync("insert into account values (1, 'a', 'raw1', null, true, 3)");
        await _database.ExecuteAsync("update account set \"Password_Hash\" = 'raw2', token = 'raw3'");
        await _database.ExecuteAsync("update account set name = 'b'");
        await _database.ExecuteAsync("delete from account");

        (await _database.LinesAsync(Changes)).ShouldBe(
        [
            """I|{"id": 1, "name": "a", "token": null, "is_secret": true, "token_count": """
                + """3, "Password_Hash": "[redacted]"}|∅""",
            """U|{"id": 1, "name": "a", "token": "[redacted]", "is_secret": true, "token_count": """
                + """3, "Password_Hash": "[redacted]"}|{"token": null, "Password_Hash": "[redacted]"}""",
            """U|{"id": 1, "name": "b", "token": "[redacted]", "is_secret": true, "token_count": """
                + """3, "Password_Hash": "[redacted]"}|{"name": "a"}""",
            """D|{"id": 1, "name": "b", "token": "[redacted]", "is_secret": true, "token_count": """
                + """3, "Password_Hash": "[redacted]"}|∅""",
        ]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Masked_columns_are_masked_however_many_they_are_and_a_null_stays(int count)
    {
        var columns = Enumerable.Range(1, count).Select(nr => $"token{nr}_secret").ToList();
        await _database.ExecuteAsync(
            $"create table account (id int primary key, {string.Join(" text, ", columns)} text, name text)");

        await _database.ExecuteAsync(
            $"insert into account select 1, {string.Join(", ", columns.Select(_ => "'raw'"))}, 'a'");
        await _database.ExecuteAsync($"update account set {columns[0]} = null");
        await _database.ExecuteAsync($"update account set {columns[^1]} = 'raw2', name = 'b'");

        (await _database.LinesAsync(
            """
            select c.op, v.value, count(*)
            from logs.change c
            cross join jsonb_each_text(c.record_data) v
            where v.key like 'token%'
            group by c.position, c.op, v.value
            order by c.position, v.value
            """)).ShouldBe(
            count == 1
                ? ["I|[redacted]|1", "U|∅|1", "U|[redacted]|1"]
                : [
                    $"I|[redacted]|{count}", $"U|[redacted]|{count - 1}", "U|∅|1",
                    $"U|[redacted]|{count - 1}", "U|∅|1"]);
        (await _database.ScalarAsync<bool>("select bool_or(c::text like '%raw%') from logs.change c")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_default_patterns_match_columns_whatever_their_case()
    {
        await _database.ExecuteAsync(
            """
            create table item (
                id int primary key, passwd text, client_secret text, "AccessToken" text, stripe_api_key_live text,
                    private_key text,
                "ApiKey" text, "x-private-key" text, tokens text, keys text)
            """);

        await _database.ExecuteAsync(
            "insert into item values (1, 'raw', 'raw', 'raw', 'raw', 'raw', 'raw', 'raw', 'raw', 'raw')");

        (await _database.LinesAsync(
            "select key from logs.change, jsonb_each_text(record_data) where value = 'raw' order by key"))
            .ShouldBe(["keys", "tokens"]);
    }

    [Fact]
    public async Task A_hash_is_keyed_and_tells_equal_values_from_others()
    {
        await _database.ExecuteAsync("create table person (id int primary key, ssn text, phone text)");
        await ReconcileAsync(
            new RedactionSettings(
                [Rule("public.person", "ssn", RedactionMethod.Hash)], hashKey: "a key of sixteen and more"));

        await _database.ExecuteAsync("insert into person values (1, 'ü123', 'x'), (2, 'ü123', 'x'), (3, null, 'x')");
        await _database.ExecuteAsync("update person set ssn = 'other' where id = 1");

        var hash = $"hmac-sha256:{Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("a key of sixteen and more"), Encoding.UTF8.GetBytes("ü123")))}";
        (await _database.LinesAsync(
            "select op, record_id, record_data ->> 'ssn' = $1, previous_data ->> 'ssn' = $1 from logs.change "
                + "order by position", hash))
            .ShouldBe(["I|1|t|∅", "I|2|t|∅", "I|3|∅|∅", "U|1|f|t"]);
    }

    [Fact]
    public async Task Omitted_nothing_is_left_of_a_column_but_that_its_row_was_updated()
    {
        await _database.ExecuteAsync("create table person (id int primary key, scan text)");
        await ReconcileAsync(new RedactionSettings([Rule("public.person", "scan", RedactionMethod.Omit)]));

        await _database.ExecuteAsync("insert into person values (1, 'raw')");
        await _database.ExecuteAsync("update person set scan = 'raw2'");

        (await _database.LinesAsync(Changes)).ShouldBe(["""I|{"id": 1}|∅""", """U|{"id": 1}|{}"""]);
    }

    [Fact]
    public async Task With_When_a_row_is_redacted_where_that_column_is_or_was_true()
    {
        await _database.ExecuteAsync(
            """insert into platform.global_settings (key, value, is_secret) values ('open', '"x"', false), ('shut', """
                + """'"x"', true)""");
        await _database.ExecuteAsync(
            """update platform.global_settings set value = '"y"', is_secret = not is_secret""");
        await _database.ExecuteAsync("""update platform.global_settings set value = '"z"' where not is_secret""");

        (await _database.LinesAsync(
            "select record_data ->> 'key', record_data -> 'value', previous_data -> 'value' from logs.change "
                + "order by position")).ShouldBe(
        [
            "open|\"x\"|∅",
            "shut|\"[redacted]\"|∅",
            "open|\"[redacted]\"|\"[redacted]\"",
            "shut|\"[redacted]\"|\"[redacted]\"",
            "shut|\"z\"|\"y\"",
        ]);
    }

    [Fact]
    public async Task Where_a_rule_with_When_does_not_hold_the_next_that_matches_does()
    {
        await _database.ExecuteAsync(
            "create table account (id int primary key, password text, note text, is_ext boolean, is_two boolean)");
        await ReconcileAsync(new RedactionSettings(
        [
            Rule("public.account", "password", RedactionMethod.Hash, "is_ext"),
            Rule("public.account", "note", when: "is_ext"),
            Rule("public.account", "note", RedactionMethod.Omit, "is_two"),
        ]));

        await _database.ExecuteAsync(
            """
            insert into account values (1, 'raw', 'shown', false, false), (2, 'raw', 'raw', true, true),
                (3, 'raw', 'raw', false, true);
            update account set is_ext = false where id = 2;
            set session_replication_role = replica;
            insert into account values (4, 'raw', 'shown', false, false), (5, 'raw', 'raw', true, false);
            """);

        (await _database.LinesAsync(
            "select record_id, replace(record_data::text, logs.redaction_hash('raw'), 'HASH') from logs.change "
                + "order by position")).ShouldBe(
        [
            """1|{"id": 1, "note": "shown", "is_ext": false, "is_two": false, "password": "[redacted]"}""",
            """2|{"id": 2, "note": "[redacted]", "is_ext": true, "is_two": true, "password": "HASH"}""",
            """3|{"id": 3, "is_ext": false, "is_two": true, "password": "[redacted]"}""",
            """2|{"id": 2, "note": "[redacted]", "is_ext": false, "is_two": true, "password": "HASH"}""",
        ]);
        (await _database.LinesAsync(
            "select replace(logs.as_of('account', id, now())::text, logs.redaction_hash('raw'), 'HASH') "
                + "from unnest('{4,5}'::text[]) id"))
            .ShouldBe(
            [
                """{"id": 4, "note": "shown", "is_ext": false, "is_two": false, "password": "[redacted]"}""",
                """{"id": 5, "note": "[redacted]", "is_ext": true, "is_two": false, "password": "HASH"}""",
            ]);
    }

    [Fact]
    public async Task A_rule_whose_When_a_table_has_not_got_holds_for_every_row_and_status_says_so()
    {
        await _database.ExecuteAsync("create table account (id int primary key, note text, is_ext boolean)");
        await ReconcileAsync(new RedactionSettings([Rule("public.account", "note", when: "is_ext")]));

        await _database.ExecuteAsync(
            "alter table account rename is_ext to is_external; insert into account values (1, 'raw', false)");

        (await _database.LinesAsync("select record_data from logs.change")).ShouldBe(
            ["""{"id": 1, "note": "[redacted]", "is_external": false}"""]);
        await using var connection = await _database.OpenConnectionAsync();
        (await new StatusReader(connection).ReadAsync(TestContext.Current.CancellationToken)).Warnings.ShouldContain(
            "The rule public.account.note redacts every row of public.account.note: there is no boolean column is_ext. "
                + "Correct its When.");
    }

    [Fact]
    public async Task Keys_within_json_are_redacted_at_any_depth()
    {
        await _database.ExecuteAsync(
            """
            create type pair as (a text, my_secret text);
            create table item (id int primary key, body jsonb, raw json, part pair, list jsonb[])
            """);

        await _database.ExecuteAsync(
            """
            insert into item values (
                1,
                '{"steps": [{"apiKey": "raw", "more": {"db_password": null, "has_password": true,
                    "Secrets": {"a": ["raw"]}}}], "n": 1}',
                '{"x-api-key": "raw", "password_tries": 3}',
                ('x', 'raw'),
                array['{"token": "raw"}', '{"name": "plain"}']::jsonb[])
            """);
        await _database.ExecuteAsync("""update item set body = '{"token": "raw2"}'""");

        (await _database.LinesAsync(Changes)).ShouldBe(
        [
            """I|{"id": 1, "raw": {"x-api-key": "[redacted]", "password_tries": 3}, "body": {"n": 1, "steps": """
                + """[{"more": {"Secrets": "[redacted]", "db_password": null, "has_password": """
                + """true}, "apiKey": "[redacted]"}]}, "list": [{"token": "[redacted]"}, {"name": "plain"}], "part": """
                + """{"a": "x", "my_secret": "[redacted]"}}|∅""",
            """U|{"id": 1, "raw": {"x-api-key": "[redacted]", "password_tries": 3}, "body": """
                + """{"token": "[redacted]"}, "list": [{"token": "[redacted]"}, {"name": "plain"}], "part": """
                + """{"a": "x", "my_secret": "[redacted]"}}|{"body": {"n": 1, "steps": [{"more": """
                + """{"Secrets": "[redacted]", "db_password": null, "has_password": """
                + """true}, "apiKey": "[redacted]"}]}}""",
        ]);
    }

    [Fact]
    public async Task Json_nested_beyond_measure_fails_no_write_and_hides_its_secret()
    {
        await _database.ExecuteAsync("create table item (id int primary key, body jsonb)");

        await _database.ExecuteAsync(
            """insert into item select 1, (repeat('{"a":[', 1500) || '{"password":"raw"}' || repeat(']}', """
                + """1500))::jsonb""");

        (await _database.LinesAsync(
            "select record_data::text like '%raw%', record_data::text like '%[redacted]%' from logs.change"))
            .ShouldBe(["f|t"]);
    }

    [Fact]
    public async Task What_is_kept_as_text_is_redacted_like_any_other()
    {
        await _database.ExecuteAsync("create table item (id int primary key, secret json, body json)");

        foreach (var json in new[]
        {
            """{"a": "\u0000", "password": "raw"}""",
            """{"a": "\u0000", "p\u0061ssword": "raw"}""",
            """{"a": "\u0000", "name": "plain"}""",
        })
        {
            await _database.ExecuteAsync(
                "insert into item select count(*), $1::text::json, $1::text::json from item", json);
        }

        (await _database.LinesAsync(
            "select record_data ->> 'secret', record_data ->> 'body' from logs.change order by position")).ShouldBe(
        [
            "[redacted]|[redacted]",
            "[redacted]|[redacted]",
            """[redacted]|{"changelog:text": "{\"a\": \"\\u0000\", \"name\": \"plain\"}"}""",
        ]);
    }

    // jsonb cannot hold what is in it, and its text names no keys
    [Fact]
    public async Task A_composite_that_is_kept_as_text_is_masked_whole()
    {
        await _database.ExecuteAsync(
            """
            create type cred as (username text, password text, doc json);
            create table item (id int primary key, one cred, many cred[], list json[], body json);
            insert into item values (
                1, row('u', 'raw', '{"a": "\u0000"}'), array[row('u', 'raw', '{"a": "\u0000"}')::cred],
                array['{"a": "\u0000", "password": "raw"}'::json], '"\u0000"');
            insert into item values (2, row('u', 'raw', '{}'), null, null, null);
            update item set one = row('u', 'raw', '{"b": "\u0000"}') where id = 1;
            """);

        (await _database.LinesAsync(Changes)).ShouldBe(
        [
            """I|{"id": 1, "one": "[redacted]", "body": """
                + """{"changelog:text": "\"\\u0000\""}, "list": "[redacted]", "many": "[redacted]"}|∅""",
            """I|{"id": 2, "one": {"doc": {}, "password": "[redacted]", "username": "u"}, "body": null, "list": """
                + """null, "many": null}|∅""",
            """U|{"id": 1, "one": "[redacted]", "body": {"changelog:text": "\"\\u0000\""}, "list": "[redacted]","""
                + """ "many": "[redacted]"}|{"one": "[redacted]"}""",
        ]);
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "set session_replication_role = replica; insert into item select 9, one, many, list, body from item "
                + "where id = 1");
        (await _database.LinesAsync("select logs.as_of('item', '9', now())")).ShouldBe(
            [
                """{"id": 9, "one": "[redacted]", "body": """
                    + """{"changelog:text": "\"\\u0000\""}, "list": "[redacted]", "many": "[redacted]"}"""]);
    }

    [Fact]
    public async Task Payloads_headers_and_contexts_are_redacted()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await using var connection = await _database.OpenConnectionAsync();

        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync(
            """select changelog.set_context('{"actor_id": "a", "reason": {"new_password": "raw"}}')""");
        await connection.ExecuteAsync("insert into item values (1)");
        await connection.ExecuteAsync("""select changelog.set_context('{"api_key": "raw"}')""");
        await connection.ExecuteAsync(
            """
            select lib_events.create(
                'iam.user.created', '{"user": [{"password": "raw", "name": "x"}]}', headers => '{"X-Api-Key": "raw"}')
            """);
        await connection.ExecuteAsync("commit");
        await connection.ExecuteAsync("begin");
        await connection.ExecuteAsync("""select set_config('changelog.context', '{"password": "raw"', true)""");
        await connection.ExecuteAsync("insert into item values (2)");
        await connection.ExecuteAsync("commit");

        (await _database.LinesAsync("select context from logs.transaction order by position")).ShouldBe(
        [
            """{"reason": {"new_password": "[redacted]"}, "api_key": "[redacted]", "actor_id": "a"}""",
            """{"invalid": "[redacted]"}""",
        ]);
        (await _database.LinesAsync(
            "select headers, payload from lib_event.event where event_type = 'iam.user.created'"))
            .ShouldBe(["""{"actor_id": "a", "X-Api-Key": "[redacted]"}|{"user": """
                + """[{"name": "x", "password": "[redacted]"}]}"""]);
    }

    [Fact]
    public async Task A_redacted_column_of_the_key_stands_hashed_in_the_records_identity()
    {
        await _database.ExecuteAsync(
            "create table session (token text primary key, n int); create table pass (org int, token text, "
                + "primary key (org, token))");

        await _database.ExecuteAsync(
            "insert into session values ('raw', 1); update session set n = 2; insert into pass values (7, 'raw')");

        (await _database.LinesAsync(
            """
            select
                c.table_name,
                replace(c.record_id, logs.redaction_hash('raw'), 'HASH'),
                c.record_data
            from logs.change c
            order by position
            """)).ShouldBe(
        [
            """session|HASH|{"n": 1, "token": "[redacted]"}""",
            """session|HASH|{"n": 2, "token": "[redacted]"}""",
            """pass|[7, "HASH"]|{"org": 7, "token": "[redacted]"}""",
        ]);
    }

    [Fact]
    public async Task A_column_that_refers_to_a_redacted_one_is_hashed_and_still_leads_to_its_record()
    {
        await _database.ExecuteAsync(
            """
            create table session (token text primary key);
            create table visit (id int primary key, session text constraint of_session references session);
            insert into session values ('raw');
            insert into visit values (1, 'raw');
            """);

        await _database.ExecuteAsync(
            "select logs.derive_links(array_agg(position order by position), min(logged_at), max(logged_at)) "
                + "from logs.change");

        (await _database.LinesAsync(
            """
            select l.linked_table, l.linked_id = c.record_id, l.via, l.linked_id = logs.redaction_hash('raw')
            from logs.change_links l, logs.change c
            where c.table_name = 'session'
            """)).ShouldBe(["public.session|t|of_session|t"]);
        (await _database.ScalarAsync<bool>("select bool_or(c::text like '%raw%') from logs.change c")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_column_added_later_and_a_partition_are_redacted_from_their_first_row()
    {
        await _database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table low partition of root for values from (0) to (10);
            alter table root add column secret text;
            """);

        await _database.ExecuteAsync("insert into low values (1, 'raw')");

        (await _database.LinesAsync(Changes)).ShouldBe(["""I|{"id": 1, "secret": "[redacted]"}|∅"""]);
    }

    [Fact]
    public async Task A_change_of_rules_is_shown_replaces_triggers_and_leaves_an_event()
    {
        await _database.ExecuteAsync("create table person (id int primary key, ssn text, token text)");
        var settings = new RedactionSettings([Rule("public.person", "ssn")], ["*token"]);

        var plan = await _database.DataSource.PlanReconcileAsync(Installs.Defaults with { Redaction = settings });
        var report = await ReconcileAsync(settings);
        var again = await ReconcileAsync(new RedactionSettings());

        foreach (var shown in new[] { plan, report })
        {
            shown.SettingChanges.ShouldBe(
                ["Redacted from now on: public.person.ssn", "No longer redacted, unless another rule matches: *token"]);
            // those of platform hold JSON, whose keys are redacted by the same patterns
            shown.Actions.Select(action => $"{action.Table} {action.Action}: {action.Reason}").ShouldBe(
            [
                $"platform.feature_flags replace: {Changed}",
                $"platform.global_settings replace: {Changed}",
                $"public.person replace: {Changed}",
            ]);
        }

        again.ShouldSatisfyAllConditions(
            nothing => nothing.SettingChanges.ShouldBeEmpty(), nothing => nothing.Actions.ShouldBeEmpty());
        await _database.ExecuteAsync("insert into person values (1, 'raw', 'shown')");
        (await _database.LinesAsync("select record_data from logs.change"))
            .ShouldBe(["""{"id": 1, "ssn": "[redacted]", "token": "shown"}"""]);
        (await _database.LinesAsync(
            """
            select payload -> 'after' -> 0, payload -> 'db_user' = to_jsonb(session_user)
            from lib_event.event
            where event_type = 'changelog.redaction_rules.changed'
            """)).ShouldBe(["\"public.person.ssn\"|t"]);
    }

    [Fact]
    public async Task A_rule_that_names_what_does_not_exist_is_refused_before_anything_is_changed()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync();
        await empty.ExecuteAsync(
            """
            create domain short_text as text;
            create domain document as jsonb;
            create domain documents as document[];
            create table person (id int primary key, ssn text, is_hidden boolean, nick short_text);
            create table file (id int primary key, content documents, is_hidden boolean);
            create table visit (id int, at date) partition by range (at);
            create table visit_2026 partition of visit default
            """);
        (RedactionRule Rule, string Sentence)[] wrong =
        [
            (Rule("public.persn", "ssn"), "Table: there is no table public.persn. The nearest is public.person."),
            (Rule("person", "snn"),
                "Column: person has no column snn, and no JSON column with such a key. The nearest is ssn."),
            (Rule(
                "person", "ssn",
                when: "hidden"), "When: person has no boolean column hidden. The nearest is is_hidden."),
            (Rule("person", "ssn", when: "ssn"), "When: person has no boolean column ssn."),
            (Rule(
                "visit_2026",
                "at"), "Table: public.visit_2026 is a partition: name its root public.visit instead."),
            (Rule("file", "pin", when: "is_hidden"),
                "Column: file has no column pin, and a rule with When applies to columns only."),
            (Rule("lib_event.event", "pin", when: "is_hidden"),
                "When: lib_event.event has keys only and no column is_hidden. Leave When out."),
            (Rule("logs.transaction", "pin", when: "is_hidden"),
                "When: logs.transaction has keys only and no column is_hidden. Leave When out."),
        ];

        foreach (var (rule, sentence) in wrong)
        {
            var refused = await Installs.RefusalAsync(
                () => empty.DataSource.InstallAsync(
                    Installs.Defaults with { Redaction = new RedactionSettings([rule]) }),
                exitCode: 2);
            refused.Message.ShouldBe($"ChangeLog:Redaction:Rules:0:{sentence}");
        }

        (await empty.DataSource.IsInstalledAsync()).ShouldBeFalse();
        RedactionRule[] right =
            [Rule("file", "pin"), Rule(
                "platform.feature_flags", "conditions"), Rule("lib_event.event", "pin"), Rule("\"person\"", "ssn")];
        await empty.DataSource.InstallAsync(Installs.Defaults with { Redaction = new RedactionSettings(right) });
        (await empty.LinesAsync(
            "select table_oid::regclass, column_name from changelog.redacted_columns() where place < 1000 "
                + "order by place")).ShouldBe(
            ["platform.feature_flags|conditions", "person|ssn"]);
    }

    [Fact]
    public async Task A_rule_that_only_JSON_could_need_is_a_warning_and_so_is_one_of_no_table()
    {
        await _database.ExecuteAsync("create table public.customers (id int primary key, tax_id text, more json)");
        RedactionRule[] rules =
        [
            Rule("customers", "tax_idd"), Rule("public.custmer*", "tax_id"), Rule("customers", "tax_*"),
            Rule("customers", "TAX_ID"),
            Rule("lib_event.event", "pin"), Rule("*.*", "pin"),
        ];
        string[] warnings =
        [
            "ChangeLog:Redaction:Rules: public.customers has no column tax_idd; only keys within JSON. "
                + "The nearest is tax_id.",
            "ChangeLog:Redaction:Rules: public.custmer* matches no table. The nearest is public.customers.",
        ];
        var settings = Installs.Defaults with { Redaction = new RedactionSettings(rules) };

        (await _database.DataSource.InstallAsync(settings)).Reconcile.Warnings.ShouldBe(
        [
            .. warnings,
            "public.customers.tax_id is redacted from now on; what is logged of it already may be raw. "
                + "To take that out: changelog redact public.customers tax_id",
        ]);
        (await _database.DataSource.PlanInstallAsync(settings)).Reconcile.Warnings.ShouldBe(warnings);
        (await _database.DataSource.ReconcileAsync()).Warnings.ShouldBe(warnings);
    }

    [Fact]
    public async Task The_default_rules_are_known_by_the_names_that_switch_them_off()
    {
        (await _database.LinesAsync("select name from changelog.redaction_rule where is_default order by place"))
            .ShouldBe(RedactionSettings.DefaultRules);
        await _database.ExecuteAsync("select changelog.refresh_key_redaction()");
        (await _database.ScalarAsync<string>("select xmax::text from changelog.key_redaction")).ShouldBe("0");
        (await _database.LinesAsync(
            "select column_like, key_expression, key_hint from changelog.redaction_rule where place < 1000007 "
                + "order by place"))
            .ShouldBe(RedactionSettings.DefaultRules.Take(6).Select(name => new ColumnPattern(name))
                .Select(pattern => $"{pattern.Like}|{pattern.KeyExpression}|{pattern.KeyHint}"));
    }

    [Fact]
    public async Task Neither_capture_nor_a_reader_nor_an_application_can_read_the_key()
    {
        foreach (var role in new[] { "changelog_capture", "public" })
        {
            (await _database.ScalarAsync<bool>(
                $"select has_table_privilege('{role}', 'changelog.redaction_key', 'select')")).ShouldBeFalse(role);
        }

        (await _database.ScalarAsync<bool>(
            "select has_function_privilege('public', 'logs.redaction_hash(text)', 'execute')")).ShouldBeFalse();
    }

    private static RedactionRule Rule(
        string table, string column, RedactionMethod way = RedactionMethod.Mask, string? when = null) =>
        new("ChangeLog:Redaction:Rules:0", TableFilter.Parse([table])[0], new ColumnPattern(column), way, when);

    private Task<ReconcileReport> ReconcileAsync(RedactionSettings settings) =>
        _database.DataSource.ReconcileAsync(Installs.Defaults with { Redaction = settings });
}
