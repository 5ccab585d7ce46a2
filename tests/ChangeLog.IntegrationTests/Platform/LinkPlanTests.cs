using ChangeLogWorker.Cli.Links;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Platform;

/// <summary>What <c>links --dry-run</c> finds, and that it stands in nobody's way meanwhile.</summary>
public sealed class LinkPlanTests
{
    [Fact]
    public async Task A_plan_gives_way_between_the_stretches_of_a_table_and_leaves_nothing_behind()
    {
        await using var database = await Links.CreateAsync();
        // three megabytes: a row a block
        await database.ExecuteAsync(
            $"""
            alter table public.notes add filler text;
            alter table public.notes alter filler set storage plain;
            insert into public.notes select i, 'students', gen_random_uuid(), repeat('x', 6000) from generate_series(1, 300) i;
            create sequence public.granted;
            create function public.note_grant() returns event_trigger language plpgsql as $$
            begin
                perform nextval('public.granted');
            end
            $$;
            create event trigger note_grant on ddl_command_end when tag in ('GRANT') execute function public.note_grant()
            """);
        await using var connection = await database.OpenConnectionAsync();

        var report = await new LinkPlan(connection, Links.Settings("notes=nullify"), new LeapingTime())
            .RunAsync(TestContext.Current.CancellationToken);

        report.SettingChanges.ShouldBe(
        [
            "Links to records that are gone, from now on: public.notes (nullify)",
            "Links of public.notes: grant select (ctid, linked_table, linked_id), update (linked_table, linked_id) on public.notes "
            + "to changelog_links",
        ]);
        report.Tables.Select(table => $"{table.Table} {table.Policy} {table.Dangling} {table.Cleared} {table.Failed} {table.Reason}")
            .ShouldBe(["platform.global_settings nullify 0 0 0 ", "public.notes nullify 300 0 0 ", "public.tasks  0 0 0 "]);
        // a transaction for each stretch: that of global_settings, three of notes, and one that is left over
        (await database.ScalarAsync<long>("select last_value from public.granted")).ShouldBe(5);
        (await database.LinesAsync("select has_column_privilege('changelog_links', 'public.notes', 'linked_id', 'update')")).ShouldBe(["f"]);
        (await database.LinesAsync("select count(*) from changelog.link_policy where not is_default")).ShouldBe(["0"]);
        (await database.LinesAsync("select pg_try_advisory_lock(hashtext('changelog'), hashtext('links'))")).ShouldBe(["t"]);
    }

    /// <summary>Whenever somebody looks, a second has gone by.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
