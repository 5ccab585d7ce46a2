using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>An application's own entries among those of changes.</summary>
public sealed class AuditEntryTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_key_too_long_for_an_index_is_found_by_one_lookup_in_changes_and_entries()
    {
        await _database.ExecuteAsync(
            """
            create table public.page (path text primary key);
            insert into public.page select repeat('x', 3000);
            insert into platform.audit_logs (action, resource, record_id, actor_id)
            select 'export', 'public.page', p.path, repeat('y', 3000) from public.page p;
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select action, length(record_id), coalesce(actor_id = logs.index_key(repeat('y', 3000)), false)
            from platform.audit_logs
            where resource = 'public.page'
            and record_id = logs.index_key(repeat('x', 3000))
            order by 1
            """)).ShouldBe(["create|71|f", "export|71|t"]);
    }
}
