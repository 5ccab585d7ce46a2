using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>Handlers that a program adds: the worker shares its services with the program's own.</summary>
public sealed class HostedHandlerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (nth bigint generated always as identity primary key, handler text,
                position bigint);
            create table public.item (id integer primary key);
            insert into public.item values (1)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_programs_own_data_source_stays_its_own()
    {
        await using var elsewhere = await TestDatabase.CreateEmptyAsync();
        await using var program = Create(
            builder => builder.AddHandler(
                _ => new CollectingHandler("shop", Streams.Changes)).Services.AddSingleton(elsewhere.DataSource));

        await program.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);

        (await _database.LinesAsync("select handler from public.seen")).ShouldBe(["shop"]);
        program.GetRequiredService<NpgsqlDataSource>().ShouldBe(elsewhere.DataSource);
        (await elsewhere.ScalarAsync<bool>("select to_regnamespace('changelog') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_without_a_data_source_is_given_none()
    {
        await using var program = Create(_ => { });

        program.GetService<NpgsqlDataSource>().ShouldBeNull();
    }

    [Fact]
    public async Task Built_in_handlers_can_be_left_to_others()
    {
        await using var program = Create(
            builder => builder.AddHandler(_ => new CollectingHandler("shop", Streams.Changes)),
            ("ChangeLog:Handlers:BuiltIn", "false"));

        await program.RunChangeLogOnceAsync(TestContext.Current.CancellationToken);

        (await _database.LinesAsync("select handler from changelog.cursor")).ShouldBe(["shop"]);
    }

    [Fact]
    public async Task A_handler_that_reads_something_else_from_now_on_is_refused()
    {
        await _database.ExecuteAsync("select changelog.register_handler('shop''s', 'changes', false)");
        await using var program = Create(
            builder => builder.AddHandler(_ => new CollectingHandler("shop's", Streams.Both)));

        var refused = await Should.ThrowAsync<SettingsException>(
            program.RunChangeLogOnceAsync(TestContext.Current.CancellationToken));

        refused.Problems.ShouldBe(
        [
            "The handler shop's reads both changes and events, but its cursor is for changes. "
            + "Give it another name, or let it start over: delete from changelog.cursor where handler = 'shop''s'",
        ]);
        (await _database.LinesAsync("select handler from public.seen")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_whose_cursor_is_deleted_begins_anew_at_once()
    {
        await using var worker = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new CollectingHandler("shop", Streams.Changes)).StartAsync();
        await Eventually.TrueAsync("it has seen the change", () => HasSeenAsync(1));

        await _database.ExecuteAsync("delete from changelog.cursor where handler = 'shop'");

        await Eventually.TrueAsync("it has seen the change again", () => HasSeenAsync(2));
        worker.Said.ShouldContain("The cursor of handler shop was deleted: it starts over");

        Task<bool> HasSeenAsync(int times) =>
            _database.ScalarAsync<bool>($"select count(*) = {times} from public.seen where handler = 'shop'");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_before_anything_is_changed()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync();
        await using var program = Create(
            empty.ConnectionString,
            builder => builder.AddHandler(_ => new CollectingHandler("index", Streams.Changes)));

        await Should.ThrowAsync<SettingsException>(
            program.RunChangeLogOnceAsync(TestContext.Current.CancellationToken));

        (await empty.ScalarAsync<bool>("select to_regnamespace('changelog') is null")).ShouldBeTrue();
    }

    private ServiceProvider Create(Action<ChangeLogBuilder> add, params (string Key, string Value)[] settings) =>
        Create(_database.ConnectionString, add, settings);

    private static ServiceProvider Create(
        string connectionString, Action<ChangeLogBuilder> add, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings
                .Append((Key: "ConnectionStrings:ChangeLog", Value: connectionString))
                .Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        add(services.AddChangeLog(configuration));
        return services.BuildServiceProvider();
    }
}
