using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>Timelines and foreign keys never run an owner's code with rights of a superuser or the worker.</summary>
/// <remarks>
/// It notes who ran it in a table that everybody may write: what was rolled back has changed nothing either.
/// </remarks>
public sealed class HostileTimelineTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["ChangeLog__Platform__UsersTable"] = "mal.people",
        ["ChangeLog__Platform__ForeignKeys"] = "true",
        ["ChangeLog__Timelines__0__Root"] = "mal.plan",
        ["ChangeLog__Timelines__0__ForeignKeys"] = "true",
        ["ChangeLog__Timelines__1__Root"] = "mal.key",
        ["ChangeLog__Timelines__2__Root"] = "mal.own",
    };

    private static readonly string[][] Verbs =
    [
        ["install"], ["run", "--once"], ["rebuild", "plan"], ["status", "--all"], ["history", "mal.mooded", "a"],
        ["links"], ["redact", "mal.plan", "stage", "--yes"], ["redact", "mal.mooded", "--record", "a", "--yes"],
        ["install"],
    ];

    [Fact]
    public async Task A_superuser_writes_no_timeline_and_makes_no_key_that_would_run_an_owners_code()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await using var application = await OwnerAsync(database);

        var said = await RunAsync(database.ConnectionString, Verbs);

        (await RanByOthersAsync(application)).ShouldBeEmpty();
        (await database.LinesAsync("select conname from pg_constraint where confrelid = 'mal.people'::regclass"))
            .ShouldBeEmpty();
        said.ShouldContain("The tables of platform get no foreign keys to mal.people");
        said.ShouldContain("mal.plan_events gets no foreign key to mal.plan");
        said.ShouldContain("the timeline key is left alone: the key of its root mal.key is of type mal.dom");
        said.ShouldContain("the timeline own is left alone: its table mal.own_events runs code");
        (await database.LinesAsync(
            "select payload ->> 'action', payload ->> 'stage', stage from mal.plan_events order by 1"))
            .ShouldBe(["create|[redacted]|∅", "update|[redacted]|∅"]);
        (await database.LinesAsync("select count(*) from changelog.dead_letter")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_worker_without_other_rights_lends_none_of_its_own_to_an_owners_code()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await server.Admin.ExecuteAsync(
            "create role changelog_worker; create role daemon login password 'p' in role changelog_worker");
        await using var database = await TestDatabase.CreateAsync(server);
        await using var application = await OwnerAsync(database);
        var daemon = new NpgsqlConnectionStringBuilder(
            database.ConnectionString) { Username = "daemon", Password = "p" };

        // install makes no table for a key whose type belongs to somebody else
        var settings = new Dictionary<string, string?>
        {
            ["ChangeLog__Timelines__0__Root"] = "mal.plan",
            ["ChangeLog__Timelines__1__Root"] = "mal.own",
        };
        await RunAsync(database.ConnectionString, [["install"]], settings);
        var said = await RunAsync(
            daemon.ConnectionString, [["run", "--once"], ["rebuild", "plan"], ["links"]], settings);

        said.ShouldContain("the timeline own is left alone: its table mal.own_events runs code");

        (await RanByOthersAsync(application)).ShouldBeEmpty();
        (await database.LinesAsync("select requested_at is distinct from 'infinity' from changelog.link_sweep"))
            .ShouldBe(["t"]);
        (await database.LinesAsync(
            "select payload ->> 'action', format('%s', stage) from mal.plan_events order by 1"))
            .ShouldBe(["create|a", "update|b"]);
    }

    private static async Task<NpgsqlDataSource> OwnerAsync(TestDatabase database)
    {
        await CleanerLogin.EnsureAsync(database.DataSource);
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"grant create on database {database.Name} to {owner.Name}");
        var application = database.DataSourceFor(owner);
        await application.ExecuteAsync(Objects);
        return application;
    }

    private static async Task<string> RunAsync(
        string connectionString, string[][] verbs, Dictionary<string, string?>? settings = null)
    {
        var said = string.Empty;
        foreach (var verb in verbs)
        {
            await using var program = ChangeLogProgram.Start(connectionString, verb, settings ?? Settings);
            var result = await program.WaitForExitAsync();
            result.ExitCode.ShouldBeOneOf([0, 1, 3], $"{string.Join(' ', verb)}: {result.Error}");
            said += $"{result.Output} {result.Error} ";
        }

        return string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static Task<IReadOnlyList<string>> RanByOthersAsync(NpgsqlDataSource application) =>
        application.LinesAsync("select distinct what, who from mal.done where who <> current_user order by 1, 2");

    private const string Objects =
        """
        create schema mal;
        grant usage on schema mal to public;
        create table mal.done (what text, who text);
        grant insert on mal.done to public;
        create function mal.attack(what text) returns void language plpgsql as $f$
        begin
            begin
                insert into mal.done values (what, current_user);
                update changelog.link_sweep set requested_at = 'infinity';
            exception when insufficient_privilege then
                insert into mal.done values (what, current_user);
            when others then
                null;
            end;
        end
        $f$;
        create function mal.one(place integer) returns integer language plpgsql immutable as
        $f$ begin perform mal.attack('function_' || place); return 1; end $f$;
        create function mal.is_fine(value text) returns boolean language plpgsql immutable as
        $f$ begin perform mal.attack('domain'); return true; end $f$;
        create function mal.watch() returns trigger language plpgsql as
        $f$ begin perform mal.attack('trigger'); return new; end $f$;
        create function mal.uuid_generate_v4() returns uuid language plpgsql as
        $f$ begin perform mal.attack('default'); return gen_random_uuid(); end $f$;
        create domain mal.dom as text check (mal.is_fine(value));
        create type mal.mood as enum ('a', 'b');
        create function mal.to_mood(text) returns mal.mood language plpgsql as
        $f$ begin perform mal.attack('cast_to_enum'); return null; end $f$;
        create cast (text as mal.mood) with function mal.to_mood(text) as assignment;
        create function mal.to_text(mal.mood) returns text language plpgsql as
        $f$ begin perform mal.attack('cast_to_text'); return 'x'; end $f$;
        create cast (mal.mood as text) with function mal.to_text(mal.mood);

        create table mal.people (id uuid primary key);
        create index on mal.people ((mal.one(1)));
        create table mal.mooded (id mal.mood primary key);
        create table mal.plan (id integer primary key, stage mal.mood);
        create index on mal.plan ((mal.one(2)));
        create table mal.key (id mal.dom primary key, note text);
        -- a timeline's table that was there before
        create table mal.own (id integer primary key, status text);
        create table mal.own_events (
            id uuid primary key default mal.uuid_generate_v4(), own_id integer not null, actor_user_id uuid,
            event_type varchar(255) not null, stage text, occurred_at timestamptz not null, payload jsonb not null,
            created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz,
            more integer default mal.one(3), check (mal.one(4) = 1 and id is not null));
        create index on mal.own_events ((mal.one(5)));
        -- under names that ChangeLog's own would have
        create trigger set_timestamp before insert or update on mal.own_events
            for each row execute function mal.watch();
        create trigger refuse_change after delete on mal.own_events for each row execute function mal.watch();
        create trigger refuse_truncate before truncate on mal.own_events execute function mal.watch();
        grant select on all tables in schema mal to public;
        grant insert on mal.own_events to public;

        insert into mal.mooded values ('a');
        insert into mal.plan values (1, 'a');
        insert into mal.key values ('k', 'n');
        insert into mal.own values (1, 'new');
        update mal.plan set stage = 'b';
        update mal.own set status = 'paid'
        """;
}
