using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>What a person sees of links to records that are gone: a plan, what was done, and what is wrong.</summary>
public sealed class LinksVerbTests
{
    private const string Gone = "11111111-1111-4111-8111-111111111111";

    private const string Login = "ConnectionStrings__ChangeLogLinks";

    private static readonly Dictionary<string, string?> Policies = new()
    {
        ["ChangeLog__Links__Policies"] = "notes=nullify, tasks=delete",
    };

    [Fact]
    public async Task A_plan_changes_nothing_and_a_run_says_what_it_did()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync(
            """
            grant select (ctid, linked_table, linked_id),
                update (linked_table, linked_id) on public.notes to changelog_links;
            grant select (ctid, linked_table, linked_id), update (linked_table, linked_id),
                delete on public.tasks to changelog_links
            """);

        var plan = await RunAsync(database, "links", "--dry-run");
        (await database.LinesAsync("select count(linked_id) from public.notes")).ShouldBe(["2"]);
        (await database.LinesAsync("select count(*) from changelog.link_policy")).ShouldBe(["1"]);
        var done = await RunAsync(database, "links");
        var again = await RunAsync(database, "links", "--json");

        plan.ExitCode.ShouldBe(0, plan.Error);
        plan.Output.ShouldContain("would be Dangling links from now on: public.notes (nullify)");
        plan.Output.ShouldMatch(@"TABLE +POLICY +WOULD BE CLEARED +LEFT +TARGET GONE, FOR EXAMPLE");
        plan.Output.ShouldMatch($@"public\.notes +nullify +1 +0 +students\s+{Gone}");
        plan.Output.ShouldMatch($@"public\.tasks +delete +1 +0 +students\s+{Gone}");
        plan.Output.ShouldMatch(@"public\.drafts +none +- +-");
        plan.Output.ShouldContain("public.notes names studnts, which matches no table, or several (1 row): left alone");
        done.ExitCode.ShouldBe(0, done.Error);
        done.Output.ShouldMatch($@"public\.notes +nullify +1 +0 +students\s+{Gone}");
        using var report = JsonDocument.Parse(again.Output);
        report.RootElement.GetProperty("tables").EnumerateArray()
            .Select(table =>
                $"{table.GetProperty("table")} {table.GetProperty("policy")} {table.GetProperty("dangling")} "
                + $"{table.GetProperty("cleared")} {table.GetProperty("failed")} "
                + $"{table.GetProperty("unresolved").GetRawText().Length > 2}")
            .ShouldBe(
            [
                "platform.global_settings nullify 0 0 0 False", "public.drafts  0 0 0 False",
                "public.notes nullify 0 0 0 True",
                "public.tasks delete 0 0 0 False",
            ]);
        (await database.LinesAsync("select id, linked_table from public.notes order by id"))
            .ShouldBe(["1|∅", "2|studnts"]);
        (await database.LinesAsync("select count(*) from public.tasks")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task What_cannot_be_cleared_is_said_and_the_exit_code_is_1()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync("alter table public.notes alter linked_id set not null");

        var result = await RunAsync(database, "links");

        result.ExitCode.ShouldBe(1, result.Error);
        result.Output.ShouldMatch(@"public\.notes +nullify +0 +1 ");
        result.Output.ReplaceLineEndings(" ").ShouldContain("Its policy is nullify, but a column may not be null");
        (await database.LinesAsync("select count(*) from public.tasks")).ShouldBe(["0"]);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("install")]
    [InlineData("links")]
    public async Task A_policy_of_no_table_stops_the_program_before_anything_is_changed(string verb)
    {
        await using var database = await CreateAsync();
        var before = await database.LinesAsync("select pattern, policy from changelog.link_policy");

        await using var program = ChangeLogProgram.Start(
            database.ConnectionString, [verb],
            new Dictionary<string, string?> { ["ChangeLog__Links__Policies"] = "note=delete" });
        var result = await program.WaitForExitAsync();

        (result.ExitCode, result.Error.Trim()).ShouldBe(
            (2, "changelog: ChangeLog:Links:Policies: there is no table public.note. The nearest is public.notes."));
        (await database.LinesAsync("select pattern, policy from changelog.link_policy")).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_says_what_is_to_be_kept_is_understood()
    {
        await using var database = await CreateAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("changelog-test-").FullName, "links.json");
        await File.WriteAllTextAsync(
            file,
            """{ "ChangeLog": { "Links": { "Policies": { "public.notes": "keep", "public.*": "delete" } } } }""",
            TestContext.Current.CancellationToken);

        await using var program = ChangeLogProgram.Start(
            database.ConnectionString, ["links", "--config", file],
            new Dictionary<string, string?> { [Login] = LoginOf(database) });
        var result = await program.WaitForExitAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        (await database.LinesAsync("select id from public.notes order by id")).ShouldBe(["1", "2"]);
        (await database.LinesAsync("select count(*) from public.tasks")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Without_a_login_the_verbs_say_what_to_do_and_nothing_fails()
    {
        await using var database = await CreateAsync();

        foreach (var verb in new[] { "install", "reconcile", "links", "status" })
        {
            await using var program = ChangeLogProgram.Start(database.ConnectionString, [verb], Policies);
            var result = await program.WaitForExitAsync();

            result.ExitCode.ShouldBe(0, result.Error);
            result.Output.ReplaceLineEndings(" ").ShouldContain("Links of public.notes, public.tasks are not cleared");
            result.Output.ReplaceLineEndings(" ").ShouldContain("ConnectionStrings__ChangeLogLinks");
        }

        (await database.LinesAsync("select count(linked_id) from public.notes")).ShouldBe(["2"]);
    }

    private static string LoginOf(TestDatabase database) => CleanerLogin.ConnectionString(database.ConnectionString);

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await CleanerLogin.EnsureAsync(database.DataSource);
        await database.ExecuteAsync(
            $"""
            create table public.students (id uuid primary key);
            create table public.notes (id integer, linked_table text, linked_id uuid);
            create table public.tasks (id integer, linked_table text, linked_id uuid);
            create table public.drafts (id integer, linked_table text, linked_id uuid);
            insert into public.notes values (1, 'students', '{Gone}'), (2, 'studnts', '{Gone}');
            insert into public.tasks values (1, 'students', '{Gone}')
            """);
        return database;
    }

    private static async Task<ProgramResult> RunAsync(TestDatabase database, params string[] arguments)
    {
        await using var program = ChangeLogProgram.Start(
            database.ConnectionString, arguments,
            new Dictionary<string, string?>(Policies) { [Login] = LoginOf(database) });
        return await program.WaitForExitAsync();
    }
}
