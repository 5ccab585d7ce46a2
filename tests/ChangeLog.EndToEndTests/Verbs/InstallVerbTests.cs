using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>An install looks at the same settings as a worker that starts, and makes the same tables.</summary>
public sealed class InstallVerbTests
{
    private const string Orders = "create table orders (id uuid primary key, stage text)";

    [Theory]
    [InlineData(
        "Timelines__0__Root",
        "order",
        "ChangeLog:Timelines:0:Root names public.order, which does not exist. "
            + "The nearest is public.orders.")]
    [InlineData(
        "Activity__ActionMap__0",
        "login",
        "ChangeLog:Activity:ActionMap: 'login' is no event type with its action. Write type=action, "
            + "such as iam.user.logged_in=login.")]
    [InlineData(
        "Redaction__Rules__0__Table",
        "order",
        "ChangeLog:Redaction:Rules:0:Table: there is no table public.order. The nearest is public.orders.")]
    public async Task What_is_not_in_the_database_is_refused_with_the_nearest_name_before_anything_is_changed(
        string setting, string value, string sentence)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(Orders);
        foreach (var arguments in new[] { "install", "install --dry-run" })
        {
            var result = await RunAsync(
                database, arguments, ($"ChangeLog__{setting}", value),
                ("ChangeLog__Redaction__Rules__0__Column", "stage"));

            (result.ExitCode, result.Error.Trim()).ShouldBe((2, $"changelog: {sentence}"));
        }

        (await database.LinesAsync("select nspname from pg_namespace where nspname in ('changelog', 'logs')"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_upgrade_leaves_the_earlier_version()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            {Orders};
            drop function changelog.is_suspended;
            delete from changelog.script where name = 'Routines/changelog.is_suspended.sql'
            """);

        var refused = await RunAsync(database, "install", ("ChangeLog__Timelines__0__Root", "order"));

        (refused.ExitCode, refused.Error.Trim()).ShouldBe((
            2,
            "changelog: ChangeLog:Timelines:0:Root names public.order, which does not exist. "
                + "The nearest is public.orders."));
        (await database.LinesAsync("select to_regproc('changelog.is_suspended')")).ShouldBe(["∅"]);
    }

    [Fact]
    public async Task The_tables_of_the_timelines_are_made_and_a_second_install_finds_them()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(Orders);

        var plan = await InstallAsync("install --dry-run");
        (await database.LinesAsync("select to_regclass('order_events')")).ShouldBe(["∅"]);
        var first = await InstallAsync("install");
        var second = await InstallAsync("install");
        using var json = JsonDocument.Parse(await InstallAsync("install --json"));

        plan.ShouldContain("timeline order would be stored in public.order_events");
        plan.ShouldContain("Timeline order: the foreign keys of public.order_events will block hard deletes");
        first.ShouldContain("Timeline order: the foreign keys of");
        json.RootElement.GetProperty(
            "timelines").GetRawText().ReplaceLineEndings(string.Empty).Replace(" ", string.Empty)
            .ShouldBe("""[{"name":"order","root":"public.orders","table":"public.order_events"}]""");
        first.ShouldContain("timeline order is stored in public.order_events");
        second.ShouldContain("ChangeLog is installed and up to date.");
        second.ShouldContain("all triggers are in place");
        (await database.LinesAsync("select name, table_schema, table_name from changelog.timeline")).ShouldBe(
            ["order|public|order_events"]);
        (await database.LinesAsync(
            "select tgrelid::regclass from pg_trigger where tgname like '!changelog\\_row%' "
                + "order by tgrelid::regclass::text")).ShouldBe(
            ["orders", "platform.feature_flags", "platform.global_settings"]);

        async Task<string> InstallAsync(string arguments)
        {
            var result = await RunAsync(
                database,
                arguments,
                ("ChangeLog__Timelines__0__Root", "orders"),
                ("ChangeLog__Timelines__0__ForeignKeys", "true"));
            result.ExitCode.ShouldBe(0, result.Error);
            return result.Output;
        }
    }

    private static async Task<ProgramResult> RunAsync(
        TestDatabase database, string arguments, params (string Name, string Value)[] settings)
    {
        await using var program = ChangeLogProgram.Start(
            database.ConnectionString,
            arguments.Split(' '),
            settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        return await program.WaitForExitAsync();
    }
}
