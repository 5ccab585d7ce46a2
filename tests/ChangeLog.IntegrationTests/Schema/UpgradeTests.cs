using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>An install where an older version of ChangeLog is, and works.</summary>
public sealed class UpgradeTests
{
    // of 20 November 2026, as far as it matters: a function of another row type, one that is no more, a right too many
    private const string Older =
        /* language=sql */
        """
        update changelog.script
        set name = 'Migrations/0031_drop_desired_trigger.sql'
        where name = 'Migrations/0032_begin_with_tables.sql';
        insert into changelog.script (name, hash)
            values ('Routines/changelog.recover_transaction.sql', 'of one that is no more');
        update changelog.script set hash = 'of an older text' where name = 'Routines/changelog.runtime_settings.sql';
        drop function changelog.runtime_settings();
        create function changelog.runtime_settings() returns table (stopped_handler text, setting text, value jsonb)
            language sql as 'select null::text, null::text, null::jsonb';
        create function changelog.recover_transaction(xid xid8, logged_at timestamptz,
            first_position bigint) returns void
            language sql as '';
        grant execute on function changelog.recover_transaction, changelog.unhandled_changes to changelog_capture
        """;

    [Fact]
    public async Task What_an_older_version_has_left_is_brought_up_to_date_or_taken_away()
    {
        await using var fresh = await Installs.CreateAsync();
        await using var upgraded = await Installs.CreateAsync();
        await upgraded.ExecuteAsync(Older);

        await upgraded.DataSource.InstallAsync();

        var (expected, actual) = (await Catalog.OfAsync(fresh), await Catalog.OfAsync(upgraded));
        actual.Except(expected).ShouldBeEmpty();
        expected.Except(actual).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upgrade_waits_for_pages_in_hand_longer_than_a_statement_of_the_role_may_take()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            select changelog.register_handler('enrich', 'changes', false);
            update changelog.script set hash = 'of an older text' where name = 'Routines/logs.derive_details.sql'
            """);
        await using var page = await database.OpenConnectionAsync();
        await page.ExecuteAsync("begin; select from changelog.cursor for update");

        var upgrade = database.DataSourceFor(builder => builder.Options = "-c statement_timeout=2s").InstallAsync();
        await database.WaitUntilAsync(
            """
            select exists (
                select
                from pg_locks l
                join pg_stat_activity a using (pid)
                where a.datname = current_database()
                and l.relation = 'changelog.cursor'::regclass
                and not l.granted
                and clock_timestamp() - a.query_start > interval '2.2 s')
            """);
        await page.ExecuteAsync("commit");

        (await upgrade).Scripts.ShouldBe(["Routines/logs.derive_details.sql"]);
    }
}
