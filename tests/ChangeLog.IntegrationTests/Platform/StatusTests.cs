using ChangeLog.IntegrationTests.Installation;
using ChangeLog.TestSupport;
using ChangeLogWorker.Cli.Status;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Platform;

/// <summary>What status says of who is behind changes, and of the table of users.</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_share_of_changes_with_a_known_actor_is_told_by_application_and_database_user()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await using var shop = _database.DataSourceFor(builder => builder.ApplicationName = "shop");
        await shop.ExecuteAsync(
            """begin; select changelog.set_context('{"actor_id": "ann"}'); insert into item select generate_series(1, 3); commit""");
        await shop.ExecuteAsync("insert into item values (4)");
        await _database.ExecuteAsync("insert into item values (5)");

        var status = await ReadAsync();

        var user = await _database.ScalarAsync<string>("select session_user::text");
        status.Actors.ShouldBe([new KnownActors("shop", user, 4, 3), new KnownActors("tests", user, 1, 0)]);
        status.Actors[0].Share.ShouldBe(0.75);
    }

    [Fact]
    public async Task Foreign_keys_that_are_left_out_are_said_with_the_reason()
    {
        (await ReadAsync()).Users.ShouldBe(new UsersStatus(
            null, Linked: false, "there is neither auth.users nor public.users with a unique id of type uuid"));

        await _database.ExecuteAsync("create table public.users (id uuid primary key)");
        await _database.DataSource.ReconcileAsync();

        (await ReadAsync()).Users.ShouldBe(new UsersStatus("public.users", Linked: true, null));
    }

    [Fact]
    public async Task Users_that_row_level_security_may_hide_are_said()
    {
        var owner = (await _database.CreateRoleAsync()).Name;
        await _database.ExecuteAsync(
            $"""
            create table public.users (id uuid primary key);
            alter table public.users enable row level security;
            grant select, references on public.users to {owner}
            """);
        await _database.DataSource.ReconcileAsync();
        (await ReadAsync()).Users.ShouldBe(new UsersStatus("public.users", Linked: true, null));

        await _database.ExecuteAsync($"alter table platform.activity_logs owner to {owner}");

        (await ReadAsync()).Users.ShouldBe(new UsersStatus(
            "public.users", Linked: true, $"row level security may hide users, and user_id is null for those: alter role {owner} bypassrls"));
        await _database.ExecuteAsync($"alter role {owner} bypassrls");
        (await ReadAsync()).Users.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_to_be_granted_names_a_role_as_sql_has_it()
    {
        var owner = $"{_database.Name}-owner";
        await _database.ExecuteAsync(
            $"""
            create role "{owner}";
            alter table platform.activity_logs owner to "{owner}";
            create table public.users (id uuid primary key);
            """);
        try
        {
            (await ReadAsync()).Users.Reason.ShouldBe($"grant select, references on users to \"{owner}\"");
            await _database.ExecuteAsync(
                $"alter table public.users enable row level security; grant select, references on public.users to \"{owner}\"");
            await _database.DataSource.ReconcileAsync();
            (await ReadAsync()).Users.Reason.ShouldEndWith($": alter role \"{owner}\" bypassrls");
        }
        finally
        {
            await _database.ExecuteAsync($"alter table platform.activity_logs owner to current_user; drop owned by \"{owner}\"; drop role \"{owner}\"");
        }
    }

    [Fact]
    public async Task A_handler_that_a_flag_stops_and_what_overrides_the_configuration_are_said()
    {
        await _database.DeriveAsync();
        await _database.ExecuteAsync(
            """
            insert into platform.feature_flags (key)
            values ('changelog.handler.index'), ('changelog.handler.enrch'), ('changelog.handlers.enrich');
            insert into platform.global_settings (key, value)
            values ('changelog.handlers.page_size', '200'), ('changelog.handlers.pagesize', '1'),
                ('changelog.retry.max_attempts', '"many"')
            """);

        var status = await ReadAsync();

        status.Warnings.Skip(1).ShouldBe(
        [
            "The flag changelog.handler.enrch stops no handler. The nearest that would is changelog.handler.enrich.",
            "The handler index is stopped by its flag; it skips nothing. To start it: "
                + "update platform.feature_flags set is_enabled = true where key = 'changelog.handler.index'",
            "changelog.handlers.page_size of platform.global_settings overrides the configuration: 200.",
            "changelog.handlers.pagesize of platform.global_settings is no setting that a running worker takes. "
                + "The nearest is changelog.handlers.page_size.",
            "changelog.retry.max_attempts of platform.global_settings is no number: the configuration holds.",
            "The flag changelog.handlers.enrich stops no handler. The nearest that would is changelog.handler.enrich.",
        ]);
    }

    private async Task<DatabaseStatus> ReadAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await new StatusReader(connection).ReadAsync(TestContext.Current.CancellationToken);
    }
}
