using ChangeLog.Redaction;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes what a redaction rewrote, or would rewrite.</summary>
internal sealed class RedactText(VerbContext context)
{
    /// <summary>What a redaction would destroy; null: nothing.</summary>
    public string? Loss(RedactionReport plan) =>
        plan.From is null ? null : $"This replaces raw values for good: {Rewritten(plan)}.";

    public void Write(RedactionReport report, bool isPlan)
    {
        var output = context.Output;
        output.Line(
            new Span(isPlan ? "Would be rewritten: " : "Rewritten: ", TextStyle.Strong),
            Printable.Of(Rewritten(report)));
        if (!report.IsRedactedFromNowOn)
        {
            output.Line(
                new Span("note ", TextStyle.Doubtful),
                "  future values are logged raw, unless a rule in ChangeLog:Redaction matches the column");
        }

        if (report.From is not null && !isPlan)
        {
            output.Line(
                new Span("note ", TextStyle.Doubtful),
                "  old row versions stay on disk until vacuum, and in backups and archived WAL");
        }
    }

    private string Rewritten(RedactionReport report)
    {
        var what = report switch
        {
            { Table: null } => "one actor",
            { Column: { } column } => $"{report.Table}.{column}",
            _ => $"one record of {report.Table}",
        };
        (long? Rows, string Noun)[] amounts =
            [(report.Changes, "change"), (report.Events, "event"), (report.Contexts, "transaction context")];
        var rows = amounts.Where(amount => amount.Rows is not null)
            .Select(amount => Format.Of(amount.Rows!.Value, amount.Noun));
        return $"{string.Join(", ", rows)} of {what}"
            + (report.Keys > 1 ? $", which the log has under {report.Keys} keys" : string.Empty)
            + (report is { From: { } from, Until: { } until } ? $", {context.Days(from, until)}" : string.Empty);
    }
}
