using Npgsql;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Reads what is ordered, for who does not look all the time.</summary>
internal sealed class OrderStore(NpgsqlDataSource dataSource, Orders orders)
{
    /* language=sql */
    private const string SelectOrders =
        "select jsonb_agg(o order by o.stopped_handler, o.setting, o.flag)::text from changelog.orders() o";

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectOrders);
        orders.Follow(await command.ExecuteScalarAsync(cancellationToken) as string);
    }
}
