using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests;

/// <summary>Code of a plain owner of tables never runs with more rights than his own.</summary>
/// <remarks>
/// What the code does may be rolled back, so it proves itself by what no rollback undoes: a superuser may write a file
/// on the server.
/// </remarks>
public sealed class HostileOwnerTests
{
    private static readonly string[][] Verbs =
    [
        ["install"], ["reconcile"], ["run", "--once"], ["status", "--all"], ["history", "mal.item", "2", "--children"],
        ["history", "mal.item", "1"], ["timeline", "mal.item", "2"], ["rebuild", "item"],
        ["links", "--dry-run"], ["links"],
        ["redact", "mal.item", "note", "--yes"], ["redact", "mal.item", "--record", "2", "--yes"],
        ["redact", "--actor", "mallory", "--yes"],
        ["dead-letters", "list"], ["dead-letters", "retry", "--all"], ["install"], ["uninstall", "--yes"],
        ["uninstall", "--drop-data", "--yes"],
    ];

    private static readonly string[][] ReadersVerbs =
    [
        ["status", "--all"], ["history", "mal.item", "2", "--children"], ["history", "mal.item", "2", "--json"],
        ["history", "mal.enkey", "a"], ["history", "mal.domkey", "k"], ["history", "mal.rls", "1"],
        ["timeline", "mal.item", "2"], ["links", "--dry-run"], ["redact", "mal.item", "note", "--dry-run"],
        ["redact", "mal.item", "--record", "2", "--dry-run"], ["dead-letters", "list"], ["reconcile"],
    ];

    private static readonly Dictionary<string, string?> Timeline = new()
    {
        ["ChangeLog__Timelines__0__Root"] = "mal.item",
        ["ChangeLog__Timelines__0__StageColumn"] = "status",
        ["ChangeLog__Links__Policies"] = "mal.note=nullify",
    };

    [Fact]
    public async Task No_verb_of_a_superuser_runs_an_owners_code_with_rights_above_the_owners()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await CleanerLogin.EnsureAsync(database.DataSource);
        var folder = FolderForAll();
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"grant create on database {database.Name} to {owner.Name}");
        await using var application = database.DataSourceFor(owner);
        await application.ExecuteAsync(Objects(folder.FullName, owner.Name));
        Files(folder).ShouldBeEmpty();
        var settings = new Dictionary<string, string?>(Timeline)
        {
            ["ConnectionStrings__ChangeLogLinks"] = CleanerLogin.ConnectionString(database.ConnectionString),
            ["ChangeLog__Links__Policies"] = "mal.note=nullify,mal.ruled_note=delete",
        };
        const string routines =
            """
            select md5(string_agg(concat(p.oid, p.proowner, p.prosecdef, p.proconfig, p.proacl, p.prosrc),
                ' ' order by p.oid))
            from pg_proc p
            where p.pronamespace in ('logs'::regnamespace, 'changelog'::regnamespace)
            """;
        var before = string.Empty;
        foreach (var verb in Verbs)
        {
            await using var program = ChangeLogProgram.Start(database.ConnectionString, verb, settings);
            var result = await program.WaitForExitAsync();

            result.ExitCode.ShouldBeOneOf([0, 1, 3], $"{string.Join(' ', verb)}: {result.Error}");
            Files(folder).ShouldBeEmpty(string.Join(' ', verb));
            (await database.LinesAsync($"select rolsuper from pg_roles where rolname = '{owner.Name}'"))
                .ShouldBe(["f"]);
            if (verb is ["install"] && before.Length == 0)
            {
                before = await database.ScalarAsync<string>(routines);
                await application.ExecuteAsync(
                    """
                    update mal.item set note = 'm', status = 'paid' where id = 2;
                    insert into mal.line values (9, 3, 'nine');
                    update mal.line set note = 'q' where id = 3;
                    delete from mal.item where id = 5
                    """);
            }
            else if (verb[0] != "uninstall")
            {
                (await database.ScalarAsync<string>(routines)).ShouldBe(before, string.Join(' ', verb));
            }

            if (verb is ["links"])
            {
                // asked as the owner: a superuser's own query would run the code that is looked for here
                // the code did run: of the triggers as the login of the links, at commit too
                (await application.LinesAsync("select distinct happened, who from mal.seen order by 1")).ShouldBe(
                [
                    $"AFTER|{CleanerLogin.Name}", $"BEFORE|{CleanerLogin.Name}", $"deferred|{CleanerLogin.Name}",
                ]);
                (await application.LinesAsync("select id, linked_table from mal.note order by id")).ShouldBe(
                [
                    "1|∅", "2|∅", "3|mal.enkey", "4|mal.domkey", "5|mal.rls", "6|∅", "7|mal.item",
                    // no view has records, and no single text tells those of a composite key apart
                    "8|mal.looked", "9|mal.pair", "10|mal.pair",
                    "11|∅", "12|∅", "13|∅", "14|mal.item; select mal.attack(1)", "15|pg_catalog.pg_class",
                ]);
                // PostgreSQL takes no WITH on a table with such a rule
                (await application.LinesAsync("select id from mal.ruled_note order by id")).ShouldBe(["1", "2"]);
                result.Output.ShouldContain("mal.ruled_note");
            }
        }
    }

    [Fact]
    public async Task No_verb_of_a_reader_runs_an_owners_code()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        var folder = FolderForAll();
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"grant create on database {database.Name} to {owner.Name}");
        await using var application = database.DataSourceFor(owner);
        await application.ExecuteAsync(Objects(folder.FullName, owner.Name));
        await server.Admin.ExecuteAsync("create role changelog_reader");
        await RunAsync(["install"]);
        await application.ExecuteAsync("update mal.item set note = 'm', status = 'paid' where id = 2");
        await RunAsync(["run", "--once"]);
        // whoever runs the code as the reader can write a file, as the owner cannot
        await database.ExecuteAsync(
            """
            create role auditor login password 'p' in role changelog_reader, pg_write_server_files, pg_read_all_data
            """);
        var auditor = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Username = "auditor", Password = "p",
        };

        foreach (var verb in ReadersVerbs)
        {
            await using var program = ChangeLogProgram.Start(auditor.ConnectionString, verb, Timeline);
            var result = await program.WaitForExitAsync();

            result.ExitCode.ShouldBeOneOf([0, 1, 3], $"{string.Join(' ', verb)}: {result.Error}");
            Files(folder).ShouldBeEmpty(string.Join(' ', verb));
        }

        await using var connected = NpgsqlDataSource.Create(auditor.ConnectionString);
        await connected.ExecuteAsync("select mal.one(18)");
        Files(folder).ShouldBe(["function_18"]);

        async Task RunAsync(string[] verb)
        {
            await using var program = ChangeLogProgram.Start(database.ConnectionString, verb, Timeline);
            (await program.WaitForExitAsync()).ExitCode.ShouldBe(0);
        }
    }

    private static DirectoryInfo FolderForAll()
    {
        var folder = Directory.CreateTempSubdirectory("changelog-test-");
        // the server runs as another user
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        }

        return folder;
    }

    private static string[] Files(DirectoryInfo folder) => [.. folder.GetFiles().Select(file => file.Name)];

    private static string Objects(string folder, string owner) =>
        $$"""
        create schema mal;
        grant usage on schema mal to public;
        create table mal.seen (happened text, who text);
        grant insert on mal.seen to public;
        create function mal.attack(what text) returns void language plpgsql as $f$
        declare
            act text;
        begin
            foreach act in array array[
                'reset transaction_read_only',
                'reset role',
                format('copy (select current_user) to %L', '{{folder}}/' || what),
                'alter role {{owner}} superuser',
                'alter function changelog.absent_targets(oid, text[]) security invoker',
                'alter function logs.capture_row_change() security invoker',
                'alter function logs.capture_lookup(text, text[]) security invoker',
                'alter function changelog.clear_links(oid, tid[], boolean) security definer',
                'alter function changelog.find_links(oid, text[], text[], integer) security definer',
                'set search_path = mal, pg_catalog']
            loop
                begin
                    execute act;
                exception when others then
                    null;
                end;
            end loop;
        end
        $f$;
        create function mal.one(place integer) returns integer language plpgsql immutable as
        $f$ begin perform mal.attack('function_' || place); return 1; end $f$;
        -- for whom a search_path was left behind
        create function mal.clock_timestamp() returns timestamptz language plpgsql as
        $f$ begin perform mal.attack('clock'); return pg_catalog.clock_timestamp(); end $f$;
        create function mal.now() returns timestamptz language plpgsql as
        $f$ begin perform mal.attack('now'); return pg_catalog.now(); end $f$;
        create function mal.is_fine(value text) returns boolean language plpgsql immutable as
        $f$ begin perform mal.attack('domain'); return true; end $f$;
        create domain mal.dom as text check (mal.is_fine(value));
        create type mal.mood as enum ('a', 'b');
        create function mal.to_json(mal.mood) returns json language plpgsql as
        $f$ begin perform mal.attack('cast_to_json'); return '1'; end $f$;
        create cast (mal.mood as json) with function mal.to_json(mal.mood);
        create function mal.to_text(mal.mood) returns text language plpgsql as
        $f$ begin perform mal.attack('cast_to_text'); return 'x'; end $f$;
        create cast (mal.mood as text) with function mal.to_text(mal.mood) as implicit;
        create function mal.is_equal(mal.mood, mal.mood) returns boolean language plpgsql as
        $f$ begin perform mal.attack('operator'); return true; end $f$;
        create operator mal.= (leftarg = mal.mood, rightarg = mal.mood, procedure = mal.is_equal);
        create table mal.item (
            id integer primary key, note text default 'x' || mal.one(10), e mal.mood, d mal.dom,
            made integer generated always as (mal.one(11)) stored, status text, check (id > -mal.one(12)));
        create table mal.line (id integer primary key, item_id integer references mal.item, note text);
        create table mal.enkey (id mal.mood primary key);
        create table mal.domkey (id mal.dom primary key);
        create table mal.note (id integer primary key, linked_table text, linked_id text, e mal.mood);
        create table mal.rls (id integer primary key);
        alter table mal.rls enable row level security;
        create policy hostile on mal.rls using (mal.one(13) = 1);
        create view mal.looked as select i.id, mal.one(14) as one from mal.item i where mal.one(15) = 1;
        create table mal.pair (a integer, b integer, note text, primary key (a, b));
        create table mal.ruled (id integer primary key);
        create rule hostile as on delete to mal.ruled do also select mal.one(16);
        create table mal."%s'; drop --" (id integer primary key);
        create table mal.ruled_note (id integer primary key, linked_table text, linked_id text);
        create rule hostile as on delete to mal.ruled_note do also select mal.one(17);
        create index on mal.item ((mal.one(1)));
        create index on mal.item (id) where mal.one(2) = 1;
        create index on mal.line ((mal.one(3)));
        create index on mal.note ((mal.one(4)));
        create index on mal.rls ((mal.one(5)));
        create index on mal.domkey ((mal.one(6)));
        create statistics mal.odd on (id + mal.one(7)), note from mal.item;
        insert into mal.item (id, note, e, d, status) select g, 'n', 'a', 'd', 'new' from generate_series(1, 5) g;
        insert into mal.line select g, 1, 'n' from generate_series(1, 3) g;
        insert into mal.enkey values ('a');
        insert into mal.domkey values ('k');
        insert into mal.rls values (1), (2);
        insert into mal.note values
            (1, 'mal.item', '5', 'a'), (2, 'mal.item', '77', 'a'), (3, 'mal.enkey', 'b', 'a'),
            (4, 'mal.domkey', 'k', 'a'), (5, 'mal.rls', '2', 'a'), (6, 'mal.rls', '99', 'a'), (7, 'mal.item', '1', 'a'),
            (8, 'mal.looked', '77', 'a'), (9, 'mal.pair', '7', 'a'), (10, 'mal.pair', '(7,7)', 'a'),
            (11, 'mal.ruled', '77', 'a'), (12, $n$mal.%s'; drop --$n$, '77', 'a'),
            (13, $n$mal."%s'; drop --"$n$, '77', 'a'), (14, 'mal.item; select mal.attack(1)', '77', 'a'),
            (15, 'pg_catalog.pg_class', '77', 'a');
        insert into mal.ruled_note values (1, 'mal.item', '77'), (2, 'mal.item', '1');
        analyze mal.item;
        create function mal.watch() returns trigger language plpgsql as $f$
        begin
            perform mal.attack(tg_argv[0]);
            insert into mal.seen values (tg_argv[0], current_user);
            return new;
        end
        $f$;
        create trigger b before update on mal.note for each row execute function mal.watch('BEFORE');
        create trigger a after update on mal.note for each row execute function mal.watch('AFTER');
        create constraint trigger d after update on mal.note deferrable initially deferred
            for each row execute function mal.watch('deferred')
        """;
}
