using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>A window is opened once for all handlers that stand at the same place.</summary>
public sealed class SharedWindowTests : IAsyncLifetime
{
    private const string SelectOpen = /* language=sql */
        "select handler from changelog.cursor where current is not null order by 1";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.item (id integer primary key);
            select changelog.register_handler(h, 'changes', false) from unnest(array['one', 'two', 'three']) h;
            select changelog.register_handler('both', 'both', false)
            """);
        await _database.ExecuteAsync("select changelog.register_handler('later', 'changes', true)");
        await _database.ExecuteAsync("insert into public.item values (1)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_is_opened_for_those_of_the_same_stream_that_have_handled_the_same()
    {
        (await OpenAsync("one")).ShouldBe(["open"]);

        (await _database.LinesAsync(SelectOpen)).ShouldBe(["one", "three", "two"]);
        await _database.ExecuteAsync("insert into public.item values (2)");
        (await OpenAsync("two")).ShouldBe(["open"]);
        (await _database.LinesAsync(
            "select count(distinct (current::text, floor, until)) from changelog.cursor where current is not null"))
            .ShouldBe(["1"]);
    }

    [Fact]
    public async Task One_whose_cursor_is_locked_is_left_alone()
    {
        await using var page = await _database.OpenConnectionAsync();
        await page.ExecuteAsync("begin; select from changelog.cursor where handler = 'two' for update");

        (await OpenAsync("two")).ShouldBe(["busy"]);
        (await OpenAsync("one")).ShouldBe(["open"]);

        await page.ExecuteAsync("rollback");
        (await _database.LinesAsync(SelectOpen)).ShouldBe(["one", "three"]);
    }

    [Fact]
    public async Task One_that_has_moved_on_since_it_was_read_is_left_alone()
    {
        await _database.ExecuteAsync("update changelog.cursor set recovered_upto = 1 where handler = 'two'");
        await _database.ExecuteAsync("update changelog.cursor set since = 1 where handler = 'three'");

        (await OpenAsync("one")).ShouldBe(["open"]);

        (await _database.LinesAsync(SelectOpen)).ShouldBe(["one"]);
    }

    private Task<IReadOnlyList<string>> OpenAsync(string handler) =>
        _database.LinesAsync($"select changelog.open_window('{handler}')");
}
