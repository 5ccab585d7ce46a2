using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Who has which feature, and who may see which setting.</summary>
public sealed class FeatureFlagTests : IAsyncLifetime
{
    private const string Ann = "11111111-1111-1111-1111-111111111111";
    private const string Bob = "22222222-2222-2222-2222-222222222222";
    private const string Editors = "33333333-3333-3333-3333-333333333333";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    // unknown, off, deleted
    [InlineData(null, false, false)]
    [InlineData("is_enabled = false", false, false)]
    [InlineData("is_enabled = null", false, false)]
    [InlineData("deleted_at = now()", false, false)]
    // without targets, conditions or rollout: everybody
    [InlineData("is_enabled = true", true, true)]
    [InlineData("target_users = '{}', target_roles = '{}', conditions = '{}'", true, true)]
    // targets
    [InlineData($"target_users = array['{Ann}'::uuid]", true, false)]
    [InlineData($"target_roles = array['{Editors}'::uuid]", true, false)]
    [InlineData($"target_users = array['{Bob}'::uuid], target_roles = array['{Editors}'::uuid]", true, true)]
    [InlineData($"target_users = array['{Ann}'::uuid], rollout_percentage = 100", true, true)]
    [InlineData("rollout_percentage = 100", true, true)]
    // conditions hold for targets too
    [InlineData("conditions = '{\"plan\": \"pro\"}'", true, false)]
    [InlineData($"target_users = array['{Bob}'::uuid], conditions = '{{\"plan\": \"pro\"}}'", false, false)]
    [InlineData("conditions = '{\"plan\": \"free\"}'", false, false)]
    public async Task A_feature_is_had_by_targets_then_by_rollout_where_the_conditions_hold(
        string? flag, bool ann, bool bob)
    {
        if (flag is not null)
        {
            await _database.ExecuteAsync(
                "insert into platform.feature_flags (key, is_enabled) values ('f', true); "
                    + $"update platform.feature_flags set {flag}");
        }

        (await _database.LinesAsync(
            $$"""
            select
                platform.feature_enabled('f', '{{Ann}}', array['{{Editors}}'::uuid], '{"plan": "pro", "n": 1}'),
                platform.feature_enabled('f', '{{Bob}}', null, null),
                platform.feature_enabled('f', '{{Bob}}', null, 'null')
            """)).ShouldBe([$"{(ann ? 't' : 'f')}|{(bob ? 't' : 'f')}|{(bob ? 't' : 'f')}"]);
    }

    [Fact]
    public async Task A_rollout_has_its_share_of_users_who_keep_the_feature_as_it_grows()
    {
        await _database.ExecuteAsync(
            """
            insert into platform.feature_flags (key, is_enabled, rollout_percentage)
                values ('a', true, 30), ('b', true, 30);
            create table public.person as
            select ('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))::uuid as id from generate_series(1, 2000) g
            """);
        const string Count = "select count(*) from public.person p where platform.feature_enabled('a', p.id)";

        (await _database.ScalarAsync<long>(Count)).ShouldBeInRange(540, 660);
        (await _database.ScalarAsync<long>(Count + " and platform.feature_enabled('b', p.id)"))
            .ShouldBeInRange(140, 220);
        (await _database.ScalarAsync<bool>("select platform.feature_enabled('a')"))
            .ShouldBeFalse("nobody in particular");

        await _database.ExecuteAsync(
            "create table public.had as select p.id from public.person p where platform.feature_enabled('a', p.id); "
            + "update platform.feature_flags set rollout_percentage = 60");
        (await _database.ScalarAsync<long>(
            "select count(*) from public.had h where not platform.feature_enabled('a', h.id)")).ShouldBe(0);
        (await Should.ThrowAsync<PostgresException>(
            _database.ExecuteAsync(
                "update platform.feature_flags set rollout_percentage = 101"))).SqlState.ShouldBe("23514");
    }

    [Fact]
    public async Task A_worker_reads_its_own_settings_that_are_not_deleted_and_of_these_only_numbers()
    {
        await _database.ExecuteAsync(
            """
            insert into platform.global_settings (key, value, deleted_at) values
                ('changelog.handlers.page_size', '3', null), ('changelog.retry.max_attempts', '3', now()),
                ('changelog.handlers.positions_per_page', '"hunter2"', null), ('smtp.port', '25', null)
            """);

        (await _database.LinesAsync("select setting, value from changelog.runtime_settings() order by 1")).ShouldBe(
            ["changelog.handlers.page_size|3", "changelog.handlers.positions_per_page|∅"]);
    }

    [Fact]
    public async Task A_secret_setting_is_masked_for_whoever_may_not_read_the_table()
    {
        await _database.ExecuteAsync(
            """
            insert into platform.global_settings (key, value, is_secret) values
                ('smtp.host', '"mail.example"', false), ('smtp.key', '"hunter2"', true);
            insert into platform.global_settings (key, value, deleted_at) values ('gone', '1', now())
            """);
        const string Read =
            "select platform.setting('smtp.host'), platform.setting('smtp.key'), platform.setting('gone'), "
                + "platform.setting('?')";
        (await _database.LinesAsync(Read)).ShouldBe(["\"mail.example\"|\"hunter2\"|∅|∅"]);

        var role = $"reader_{Guid.NewGuid():N}";
        await _database.ExecuteAsync(
            $"""
            create role {role};
            grant usage on schema platform to {role};
            grant select on platform.settings to {role};
            grant execute on function platform.setting to {role}
            """);
        try
        {
            (await _database.LinesAsync($"set role {role}; {Read}")).ShouldBe(["\"mail.example\"|\"[redacted]\"|∅|∅"]);
            (await Should.ThrowAsync<PostgresException>(
                _database.ExecuteAsync(
                    $"set role {role}; select value from platform.global_settings"))).SqlState.ShouldBe("42501");
        }
        finally
        {
            await _database.ExecuteAsync($"reset role; drop owned by {role}; drop role {role}");
        }
    }
}
