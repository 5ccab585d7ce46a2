using ChangeLog.Handlers;
using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>Writes to a captured table for each change of an account: those writes must be seen too.</summary>
internal sealed class EchoingHandler : IHandler
{
    public string Name => "echo";

    public Streams Reads => Streams.Changes;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await foreach (var change in page.ReadChangesAsync(cancellationToken))
        {
            if (change.TableName != "account")
            {
                continue;
            }

            await using var command = new NpgsqlCommand(
                "insert into public.echo (position) values ($1)", page.Connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = change.Position });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
