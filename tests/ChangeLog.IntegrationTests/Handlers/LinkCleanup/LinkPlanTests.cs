using ChangeLog.Handlers.LinkCleanup;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>What <c>links --dry-run</c> finds, and that it stands in nobody's way meanwhile.</summary>
public sealed class LinkPlanTests
{
    [Fact]
    public async Task A_plan_counts_what_is_granted_already_says_what_would_be_and_leaves_nothing_behind()
    {
        await using var database = await Links.CreateAsync();
        await database.ExecuteAsync(
            """
            insert into public.notes select i, 'students', gen_random_uuid() from generate_series(1, 300) i;
            insert into public.tasks values (1, 'students', gen_random_uuid()::text);
            grant select (ctid, linked_table, linked_id),
                update (linked_table, linked_id) on public.notes to changelog_links
            """);
        await using var connection = await database.OpenConnectionAsync();

        var report = await LinkPlan.RunAsync(
            connection,
            Links.Settings("notes=nullify", "tasks=delete"),
            database.DataSource.Login(),
            TestContext.Current.CancellationToken);

        const string grant =
            "grant select (ctid, linked_table, linked_id), update (linked_table, linked_id), delete on public.tasks "
            + "to changelog_links";
        report.SettingChanges.ShouldBe(
        [
            "Dangling links from now on: public.notes (nullify)",
            "Dangling links from now on: public.tasks (delete)",
            $"Links of public.tasks: {grant}",
        ]);
        report.Tables.Select(
            table => $"{table.Table} {table.Policy} {table.Dangling} {table.Cleared} {table.Failed} {table.Reason}")
            .ShouldBe(
            [
                "platform.global_settings nullify 0 0 0 ",
                "public.notes nullify 300 0 0 ",
                "public.tasks delete 0 0 0 the links that public.tasks holds could not be cleared (42501). "
                + "A right is missing: "
                + "permission denied for table tasks",
            ]);
        (await database.LinesAsync("select count(*) from changelog.link_policy where not is_default")).ShouldBe(["0"]);
        (await database.LinesAsync("select has_table_privilege('changelog_links', 'public.tasks', 'delete')"))
            .ShouldBe(["f"]);
        (await database.LinesAsync("select count(linked_id) from public.notes")).ShouldBe(["300"]);
    }
}
