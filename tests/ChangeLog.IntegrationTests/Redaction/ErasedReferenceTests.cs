using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.Keys;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>changelog redact --record beyond the record's key: former keys, references in many steps, links.</summary>
public sealed class ErasedReferenceTests : IAsyncLifetime
{
    private const string Raw = /* language=sql */
        $"""
        select t.place, t.content
        from ({LateRedaction.Recorded}) t (place, content)
        where t.content ilike '%raw%'
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_refers_to_a_record_in_many_steps_and_is_generated_of_its_key_goes_with_it()
    {
        await _database.ExecuteAsync(
            """
            create table p1 (email text primary key);
            create table p2 (email text primary key references p1);
            create table p3 (id int primary key, em text references p2);
            create table a2 (email text references p1, n int, primary key (email, n));
            create table a3 (id int primary key, email text, n int, foreign key (email, n) references a2);
            create table g1 (id int primary key, pmail text references p1,
                gen text generated always as (upper(pmail)) stored unique);
            create table g2 (id int primary key, gen text references g1 (gen));
            insert into p1 values ('raw@x'), ('kept@x');
            insert into p2 select * from p1;
            insert into p3 values (1, 'raw@x'), (2, 'kept@x');
            insert into a2 select email, 7 from p1;
            insert into a3 values (1, 'raw@x', 7), (2, 'kept@x', 7);
            insert into g1 (id, pmail) values (1, 'raw@x'), (2, 'kept@x');
            insert into g2 values (1, 'RAW@X'), (2, 'KEPT@X');
            """);
        await _database.DeriveAsync();

        var planned = await _database.EraseAsync("p1", "raw@x", isPlan: true);
        (await _database.EraseAsync("p1", "raw@x")).ShouldBe(planned);
        (await _database.EraseAsync("p1", "raw@x")).Total.ShouldBe(0);

        planned.Changes.ShouldBe(7);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select table_name, replace(replace(replace(record_id || record_data,
                logs.redaction_hash('raw@x'), 'MAIL'), logs.redaction_hash('RAW@X'), 'UPPER'), ' ', '')
            from logs.change
            where record_data::text not like '%kept%' and record_data::text not like '%KEPT%'
            order by position
            """)).ShouldBe(
            [
                """p1|MAIL{"email":"[redacted]"}""", """p2|MAIL{"email":"MAIL"}""", """p3|1{"em":"MAIL","id":1}""",
                """a2|["MAIL",7]{"n":7,"email":"MAIL"}""", """a3|1{"n":7,"id":1,"email":"MAIL"}""",
                """g1|1{"id":1,"gen":"[redacted]","pmail":"MAIL"}""", """g2|1{"id":1,"gen":"UPPER"}""",
            ]);
        (await _database.ScalarAsync<long>("select count(*) from logs.change_links where linked_id ~ 'kept|KEPT'"))
            .ShouldBe(6);
    }

    [Fact]
    public async Task Foreign_keys_that_go_round_end_and_the_record_itself_is_still_found()
    {
        await _database.ExecuteAsync(
            """
            create table one (email text primary key, name text);
            create table two (email text primary key references one deferrable initially deferred, name text);
            alter table one add foreign key (email) references two deferrable initially deferred;
            alter table one add column boss text references one;
            begin;
            insert into one values ('raw@x', 'raw name', 'raw@x'), ('kept@x', 'kept', 'raw@x');
            insert into two values ('raw@x', 'kept'), ('kept@x', 'kept');
            commit;
            """);
        await _database.DeriveAsync();

        (await _database.EraseAsync("one", "raw@x")).Changes.ShouldBe(3);

        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            "select replace(replace(record_id || record_data, logs.redaction_hash('raw@x'), 'MAIL'), ' ', '') "
                + "from logs.change order by position"))
            .ShouldBe(
            [
                """MAIL{"boss":"[redacted]","name":"[redacted]","email":"[redacted]"}""",
                """kept@x{"boss":"MAIL","name":"kept","email":"kept@x"}""",
                """MAIL{"name":"kept","email":"MAIL"}""", """kept@x{"name":"kept","email":"kept@x"}""",
            ]);
    }

    [Theory]
    [InlineData("raw@x")]
    [InlineData("raw2@x")]
    [InlineData("raw3@x")]
    public async Task Whatever_key_it_is_called_by_all_that_the_record_was_called_goes_with_it(string called)
    {
        await _database.ExecuteAsync(
            """
            create table person (email text primary key, name text);
            create table mail (id int primary key, receiver text references person on update cascade);
            insert into person values ('raw@x', 'raw name'), ('kept@x', 'kept');
            insert into mail values (1, 'raw@x'), (2, 'kept@x');
            update person set email = 'raw2@x' where email = 'raw@x';
            update person set email = 'raw3@x', name = 'raw other' where email = 'raw2@x';
            update person set name = 'kept' where email = 'raw3@x';
            """);
        await _database.DeriveAsync();

        await using (var connection = await _database.OpenConnectionAsync())
        {
            var table = await new TableFinder(connection).FindAsync("person", Token);
            (await new RedactionPlan(connection).RecordAsync(table, [called], Token)).Keys.ShouldBe(3);
        }

        var planned = await _database.EraseAsync("person", called, isPlan: true);
        (await _database.EraseAsync("person", called)).ShouldBe(planned);

        planned.Changes.ShouldBe(7);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            "select distinct record_data from logs.change where record_data::text like '%kept%'")).ShouldBe(
            ["""{"name": "kept", "email": "kept@x"}""", """{"id": 2, "receiver": "kept@x"}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task Links_by_name_to_an_erased_record_lead_to_its_hash_in_rows_and_events()
    {
        await _database.ExecuteAsync(
            """
            create table person (email text primary key);
            create table profile (email text primary key references person);
            create table note (id int primary key, linked_table text, linked_id text);
            insert into person values ('raw@x'), ('kept@x');
            insert into profile values ('raw@x');
            insert into note values (1, 'public.person', 'raw@x'), (2, 'person', 'raw@x'), (3, 'profile', 'raw@x'),
                (4, 'person', 'kept@x');
            select lib_event.create('a.person.seen', '{"n": 1}',
                headers => '{"linked_table": "person", "linked_id": "raw@x"}');
            select lib_event.create('a.profile.seen', '{"n": 1}',
                headers => '{"linked_table": "public.profile", "linked_id": "raw@x"}');
            select lib_event.create('a.person.seen', '{"n": 1}',
                headers => '{"linked_table": "person", "linked_id": "kept@x"}');
            """);
        await _database.DeriveAsync();

        var planned = await _database.EraseAsync("person", "raw@x", isPlan: true);
        (await _database.EraseAsync("person", "raw@x")).ShouldBe(planned);
        (await _database.EraseAsync("person", "raw@x")).Total.ShouldBe(0);

        planned.Changes.ShouldBe(7);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select event_details ->> 'linked_id' = logs.redaction_hash('raw@x'), linked_table, event_details ->> 'n'
            from platform.activity_logs
            where event_type like 'a.%'
            order by 1, 2
            """)).ShouldBe(["f|person|1", "t|person|1", "t|public.profile|1"]);
        (await _database.LinesAsync(
            "select record_data ->> 'linked_id' = logs.redaction_hash('raw@x') from logs.change "
                + "where table_name = 'note' order by position"))
            .ShouldBe(["t", "t", "t", "f"]);
    }

    [Fact]
    public async Task Links_to_a_record_that_is_older_than_the_log_go_with_what_made_them()
    {
        await _database.ExecuteAsync(
            """
            create table seat (hall text, nr int, primary key (hall, nr));
            create table ticket (id int primary key, hall text, nr int, foreign key (hall, nr) references seat);
            create table note (id int primary key, linked_table text, linked_id text);
            set session_replication_role = replica;
            insert into seat values ('raw', 1), ('kept', 1);
            reset session_replication_role;
            insert into ticket values (1, 'raw', 1), (2, 'kept', 1);
            insert into note values (1, 'seat', '["raw", 1]'), (2, 'seat', '["kept", 1]');
            """);
        await _database.DeriveAsync();

        (await _database.EraseAsync("seat", "[\"raw\", 1]")).Changes.ShouldBe(2);

        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
        (await _database.LinesAsync(
            """
            select replace(linked_id, logs.redaction_hash('["raw", 1]'), 'HASH')
            from logs.change_links
            order by position
            """)).ShouldBe(["HASH", """["kept", 1]""", "HASH", """["kept", 1]"""]);
    }

    [Fact]
    public async Task What_the_log_says_of_an_erased_record_is_no_parameter_of_a_statement()
    {
        await _database.ExecuteAsync(
            """
            create table person (email text primary key, nick text unique);
            create table mail (id int primary key, cc text references person (nick));
            insert into person values ('raw@x', 'raw nick');
            insert into mail values (1, 'raw nick');
            update person set email = 'raw2@x';
            """);
        await using var connection = await _database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync("person", Token);
        var plan = await new RedactionPlan(connection).RecordAsync(table, ["raw2@x"], Token);

        plan.References.Append(plan.Record).ShouldAllBe(step => !step.What.Contains("raw", StringComparison.Ordinal));
        await using var another = await _database.OpenConnectionAsync();
        (await Should.ThrowAsync<PostgresException>(() => plan.RunAsync(another, isPlan: false, "{}", Token)))
            .MessageText.ShouldBe("the values to erase were found in another session");
        (await plan.RunAsync(connection, isPlan: false, "{}", Token)).Changes.ShouldBe(3);
        (await _database.LinesAsync(Raw)).ShouldBeEmpty();
    }
}
