using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Triggers.Events;

/// <summary>Writes an event that says who changed the capture settings.</summary>
internal static class AuditEvent
{
    private const string Create = /* language=sql */
        "select changelog.write_event($1, $2)";

    public static async Task LeaveAsync(
        NpgsqlConnection connection, string eventType, string payload, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Create, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = eventType },
                new NpgsqlParameter<string> { TypedValue = payload, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
