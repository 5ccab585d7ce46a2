using System.Globalization;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using CsvHelper;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary>Writes each change as a line of CSV (RFC 4180); times are UTC, rows are JSON.</summary>
internal sealed class FeedCsv(Output output) : IFeedWriter
{
    private static readonly string[] Headers =
    [
        "position", "logged_at", "event__id", "table_schema", "table_name", "record_id", "op", "action", "actor_id",
        "db_user", "db_role", "application_name", "client_addr", "context", "record_data", "previous_data",
    ];

    public void Begin(Feed feed)
    {
        Row(Headers);
        Write(feed.Changes);
    }

    public void Write(IReadOnlyList<LoggedChange> changes)
    {
        foreach (var change in changes)
        {
            Row(
                change.Position.ToString(CultureInfo.InvariantCulture),
                change.LoggedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                change.EventId?.ToString(),
                change.TableSchema,
                change.TableName,
                change.RecordId,
                change.Op,
                change.Action,
                change.Origin.ActorId,
                change.Origin.DbUser,
                change.Origin.DbRole,
                change.Origin.ApplicationName,
                change.Origin.ClientAddr,
                change.Origin.Context?.GetRawText(),
                change.RecordData?.GetRawText(),
                change.PreviousData?.GetRawText());
        }
    }

    private void Row(params IReadOnlyList<string?> cells)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(line, leaveOpen: true))
        {
            foreach (var cell in cells)
            {
                csv.WriteField(cell);
            }
        }

        output.Raw(line.ToString());
    }
}
