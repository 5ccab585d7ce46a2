using ChangeLog.Handlers;
using ChangeLog.Reading;
using Npgsql;

namespace ShopHandlers;

/// <summary>Keeps shop.feed: what happened to customers, from the log and from the application, in one order.</summary>
internal sealed class CustomerFeedHandler : IHandler
{
    public string Name => "shop.feed";

    public Streams Reads => Streams.Both;

    public HandlerFilter Filter => new()
    {
        Tables = ["shop.customers"],
        EventTypes = ["shop.customer.*"],
    };

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await foreach (var entry in page.ReadAsync(cancellationToken))
        {
            var line = entry switch
            {
                Change change => $"customer {change.RecordId}: {change.Operation}",
                DomainEvent said => $"customer {said.PartitionKey}: {said.EventType}",
                _ => throw new InvalidOperationException($"Neither a change nor an event: {entry}"),
            };
            await using var command = new NpgsqlCommand("insert into shop.feed (line) values ($1)", page.Connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = line });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
