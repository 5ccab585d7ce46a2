using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Reads the runtime settings, for a program that does not watch them.</summary>
internal sealed class RuntimeSettingsStore(NpgsqlDataSource dataSource, RuntimeSettings runtime)
{
    /* language=sql */
    private const string SelectOrders =
        "select jsonb_agg(o order by o.stopped_handler, o.setting, o.flag)::text from changelog.orders() o";

    public async Task FollowAsync(CancellationToken cancellationToken) =>
        runtime.Follow(await dataSource.CreateCommand(SelectOrders)
            .RowAsync(row => row.TextOrNull(0), [], cancellationToken));
}
