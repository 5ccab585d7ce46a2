using System.Globalization;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Demo;

/// <summary>Writes a row of platform.audit_logs, and shows that the secret is not in it.</summary>
internal sealed class AuditText(Output output, TimeZoneInfo zone)
{
    public void Write(AuditRow row)
    {
        output.Line(new Span(
            "Who reset that password, from where and why (select … from platform.audit_logs):", TextStyle.Strong));
        output.Line();
        var table = new TextTable("at", "action", "resource", "record_id", "actor_id", "ip_address", "notes");
        table.Add(
            TimeZoneInfo.ConvertTime(row.PerformedAt, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            row.Action,
            row.Resource,
            row.RecordId,
            row.ActorId,
            row.IpAddress,
            row.Notes);
        output.Table(table);
        output.Line("  password_hash in the table  ", new Span(row.InTable, TextStyle.Plain));
        output.Line(
            "  password_hash in the log    ",
            new Span(row.Before, TextStyle.Before),
            " → ",
            new Span(row.After, TextStyle.After));
        output.Line();
    }
}
