using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Reads what is ordered, for who does not look all the time.</summary>
internal sealed class OrderStore(NpgsqlDataSource dataSource, Orders orders)
{
    /* language=sql */
    private const string SelectOrders =
        "select jsonb_agg(o order by o.stopped_handler, o.setting, o.flag)::text from changelog.orders() o";

    public async Task FollowAsync(CancellationToken cancellationToken) =>
        orders.Follow(await dataSource.CreateCommand(SelectOrders)
            .RowAsync(row => row.TextOrNull(0), [], cancellationToken));
}
