using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Who counts as a running worker, and what becomes of one that was killed.</summary>
public sealed class RunningWorkerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task One_that_is_silent_for_15_seconds_does_not_run_and_is_forgotten_after_an_hour()
    {
        await _database.ExecuteAsync(
            """
            insert into changelog.worker (id, host, process_id, version, seen_at)
            select gen_random_uuid(), h.host, 1, '1.0', clock_timestamp() - h.silent
            from (values
                ('61 minutes', interval '61 minutes'), ('59 minutes', '59 minutes'), ('16 seconds', '16 seconds')
            ) h (host, silent)
            """);

        (await _database.LinesAsync(
            """
            do $$ begin perform changelog.note_worker(gen_random_uuid(), 'none', 1, '1.0'); end $$;
            select w.host, r.id is not null
            from changelog.worker w
            left join changelog.running_worker r on r.id = w.id
            order by w.seen_at
            """)).ShouldBe(["59 minutes|f", "16 seconds|f", "none|t"]);
    }
}
