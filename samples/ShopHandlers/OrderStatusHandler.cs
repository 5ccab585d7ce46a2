using ChangeLog.Handlers;
using ChangeLog.Reading;
using Npgsql;

namespace ShopHandlers;

/// <summary>Keeps shop.order_status: when each order came into which status, and by whom.</summary>
internal sealed class OrderStatusHandler : IHandler
{
    private const string Insert =
        """
        insert into shop.order_status (order_id, status_before, status, since, actor_id)
        values ($1::bigint, $2, $3, $4, $5)
        """;

    public string Name => "shop.order_status";

    public Streams Reads => Streams.Changes;

    public HandlerFilter Filter => new()
    {
        Tables = ["shop.orders"],
        Operations = [Operation.Insert, Operation.Update],
    };

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await foreach (var change in page.ReadChangesAsync(cancellationToken))
        {
            var before = change.OldRow?["status"]?.GetValue<string>();
            var after = change.NewRow?["status"]?.GetValue<string>();
            if (before == after)
            {
                continue;
            }

            await using var command = new NpgsqlCommand(Insert, page.Connection);
            command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = change.RecordId });
            command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = before });
            command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = change.Transaction.LoggedAt });
            command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = change.Transaction.ActorId });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
