using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Since when a handler makes no progress, as another process reads it.</summary>
public sealed class HandlerFailureTests : IAsyncLifetime
{
    private const string Failure = /* language=sql */
        """
        select f.error, f.position, f.failing_since = $1, f.failing_since > c.updated_at, f.paused_since is null
        from changelog.handler_failure f
        join changelog.cursor c using (handler)
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("select changelog.register_handler('test', 'changes', false)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_failure_lasts_and_so_does_its_pause_until_the_cursor_moves()
    {
        await NoteAsync("first", 1, isPaused: true);
        var since = await _database.ScalarAsync<DateTime>("select failing_since from changelog.handler_failure");
        await NoteAsync("second", 2, isPaused: false);
        (await _database.LinesAsync(Failure, since)).ShouldBe(["second|2|t|t|f"]);

        await _database.ExecuteAsync("update changelog.cursor set updated_at = clock_timestamp()");
        await NoteAsync("third", 3, isPaused: false);
        (await _database.LinesAsync(Failure, since)).ShouldBe(["third|3|f|t|t"]);
    }

    private Task<int> NoteAsync(string error, long position, bool isPaused) => _database.ExecuteAsync(
        "select changelog.note_failure('test', $1, 'change', $2, $3, 'P0001')", isPaused, position, error);
}
