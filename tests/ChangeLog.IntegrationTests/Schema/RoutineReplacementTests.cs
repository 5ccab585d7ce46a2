using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>An upgrade over routines that <c>create or replace</c> does not replace.</summary>
public sealed class RoutineReplacementTests : IAsyncLifetime
{
    private TestDatabase _fresh = null!;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _fresh = await Installs.CreateAsync();
        _database = await Installs.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _fresh.DisposeAsync();
    }

    [Theory]
    [InlineData("an argument of another name", "Routines/changelog.own_list.sql",
        "drop function changelog.own_list(text, text[]); "
        + "create function changelog.own_list(sort text, schemas text[]) returns text language sql as 'select null'")]
    [InlineData("an argument of another type", "Routines/changelog.stay_awake.sql",
        "drop function changelog.stay_awake(integer); "
        + "create function changelog.stay_awake(milliseconds bigint) returns void language sql as ''")]
    [InlineData("an overload more", "Routines/changelog.clock.sql",
        "create function changelog.clock(zone text) returns text language sql as 'select null'; "
        + "create function changelog.clock(zone text, at int) returns text language sql as 'select null'")]
    [InlineData("another result", "Routines/changelog.runtime_settings.sql",
        "drop function changelog.runtime_settings(); "
        + "create function changelog.runtime_settings() returns bigint language sql as 'select 1::bigint'")]
    [InlineData("a default more", "Routines/changelog.lock_holder.sql",
        "drop function changelog.lock_holder(text); "
        + "create function changelog.lock_holder(lock_name text default 'x') returns text "
        + "language sql as 'select null'")]
    [InlineData("a procedure", "Routines/changelog.lock_holder.sql",
        "drop function changelog.lock_holder(text); "
        + "create procedure changelog.lock_holder(lock_name text) language sql as ''")]
    public async Task What_an_older_version_made_otherwise_is_made_anew(string what, string script, string older)
    {
        await _database.ExecuteAsync(older);
        await _database.ExecuteAsync("update changelog.script set hash = 'of an older text' where name = $1", script);

        var report = await _database.DataSource.InstallAsync();

        report.Scripts.ShouldBe([script], what);
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task A_routine_and_a_view_that_are_no_more_go_and_what_is_somebodys_stays()
    {
        await _database.ExecuteAsync(
            """
            create view changelog.gone_view as select 1 as one;
            create function changelog.gone(value text) returns setof changelog.gone_view language sql as 'select 1';
            create function changelog.gone(value int) returns text language sql as 'select null';
            create view changelog.of_gone as select g.one from changelog.gone('x') g;
            insert into changelog.script (name, hash)
            values
                ('Routines/changelog.gone.sql', 'x'), ('Views/changelog.gone_view.sql', 'x'),
                ('Views/changelog.of_gone.sql', 'x');
            create function changelog.my_own() returns text language sql as 'select null'
            """);

        await _database.DataSource.InstallAsync();

        (await _database.LinesAsync("select to_regprocedure('changelog.my_own()')::text"))
            .ShouldBe(["changelog.my_own()"]);
        await _database.ExecuteAsync("drop function changelog.my_own()");
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task A_view_of_ours_that_needs_what_is_replaced_is_made_anew()
    {
        var query = await _database.ScalarAsync<string>("select pg_get_viewdef('platform.settings'::regclass)");
        await _database.ExecuteAsync(
            $"""
            create function changelog.clock(zone text) returns text language sql as 'select null';
            create or replace view platform.settings as {query.TrimEnd(';')} and changelog.clock('x') is null;
            update changelog.script set hash = 'older' where name = 'Routines/changelog.clock.sql'
            """);

        await _database.DataSource.InstallAsync();

        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task An_object_of_the_application_that_depends_on_it_is_named_and_nothing_is_changed()
    {
        await _database.ExecuteAsync(
            """
            create function changelog.clock(zone text) returns text language sql as 'select null';
            create view public.my_clock as select changelog.clock('x');
            update changelog.script set hash = 'older' where name = 'Routines/changelog.clock.sql'
            """);
        var before = await Catalog.OfAsync(_database);

        var refused = await Installs.RefusalAsync(() => _database.DataSource.InstallAsync(), 1);

        refused.Message.ShouldBe(
            "This version replaces changelog.clock, but objects of yours depend on what is there: "
            + "view public.my_clock. Nothing was changed. Drop them, run this again, and recreate them.");
        (await Catalog.OfAsync(_database)).ShouldBe(before);
    }

    [Fact]
    public async Task An_overload_of_somebody_else_is_left()
    {
        await _database.ExecuteAsync(
            """
            do $role$ begin
                create role somebody_else nologin;
            exception when duplicate_object or unique_violation then null;
            end $role$;
            create function changelog.clock(zone text) returns text language sql as 'select null';
            alter function changelog.clock(text) owner to somebody_else;
            update changelog.script set hash = 'older' where name = 'Routines/changelog.clock.sql'
            """);

        await _database.DataSource.InstallAsync();

        (await _database.LinesAsync("select to_regprocedure('changelog.clock(text)')::text"))
            .ShouldBe(["changelog.clock(text)"]);
    }

    private async Task AssertAsFreshAsync()
    {
        var (expected, actual) = (await Catalog.OfAsync(_fresh), await Catalog.OfAsync(_database));
        actual.Except(expected).ShouldBeEmpty();
        expected.Except(actual).ShouldBeEmpty();
    }
}
