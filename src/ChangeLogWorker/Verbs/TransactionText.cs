using System.Text.Json;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes a recorded transaction or a domain event for a person.</summary>
internal sealed class TransactionText(Output output, TimeZoneInfo zone)
{
    private const int NameWidth = 14;

    private readonly ChangeLines _lines = new(zone, output.ValueWidth);

    public void Write(RecordedTransaction transaction)
    {
        var origin = transaction.Origin;
        output.Line(new Span($"Transaction {transaction.EventId}", TextStyle.Strong));
        Field("began", $"{TimeFormat.Exact(transaction.LoggedAt, zone)} ({zone.Id})");
        Field("actor", origin.ActorId);
        Field("database user", origin.DbRole is null ? origin.DbUser : $"{origin.DbUser}, as {origin.DbRole}");
        Field("program", origin.ApplicationName);
        Field("client", origin.ClientAddr);
        Fields(origin.Context, except: "actor_id");
        Field("xid", $"{transaction.Xid}, position {transaction.Position}");
        output.Line();
        output.Line(new Span(Summary(transaction), TextStyle.Strong));
        foreach (var change in transaction.Changes)
        {
            output.Line();
            foreach (var line in _lines.Of(change, withRecord: true, withOrigin: false))
            {
                output.DataLine(line);
            }
        }
    }

    public void Write(StoredEvent happened)
    {
        output.Line(new Span($"Event {happened.EventId}", TextStyle.Strong));
        Field("type", happened.EventType);
        Field("occurred", $"{TimeFormat.Exact(happened.OccurredAt, zone)} ({zone.Id})");
        Field("created", TimeFormat.Exact(happened.CreatedAt, zone));
        output.Line();
        output.Line(new Span("Headers", TextStyle.Strong));
        Fields(happened.Headers);
        output.Line();
        output.Line(new Span("Payload", TextStyle.Strong));
        Fields(happened.Payload);
    }

    private static string Summary(RecordedTransaction transaction) => transaction switch
    {
        { Total: 0 } => "No change is left of it.",
        { Total: 1 } => "1 change",
        { Total: var total, Changes.Count: var shown } when shown < total =>
            $"{total} changes, the first {shown} (--limit)",
        { Total: var total } => $"{total} changes",
    };

    private void Fields(JsonElement? json, string? except = null)
    {
        if (json is not { ValueKind: JsonValueKind.Object } fields)
        {
            Field("value", json is null ? null : Printable.Of(json));
            return;
        }

        foreach (var field in fields.EnumerateObject().Where(field => field.Name != except))
        {
            Field(field.Name, Printable.Of(field.Value));
        }
    }

    private void Field(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            output.Hanging(
                Printable.Of(value), new Span($"  {Printable.Of(name).PadRight(NameWidth)} ", TextStyle.Dim));
        }
    }
}
