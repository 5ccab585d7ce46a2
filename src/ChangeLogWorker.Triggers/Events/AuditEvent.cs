using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Events;

/// <summary>Writes an event that says who changed the capture settings.</summary>
internal static class AuditEvent
{
    private const string Create = /* language=sql */
        "select changelog.write_event($1, $2)";

    public static Task LeaveAsync(
        NpgsqlConnection connection, string eventType, string payload, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Create, [Query.Text(eventType), Query.Json(payload)], cancellationToken);
}
