using System.Globalization;
using ChangeLog.History;
using ChangeLog.History.Records;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Verbs.History;

namespace ChangeLogWorker.Verbs.Blame;

/// <summary>Writes a record's columns in order; those that the same change set stand together under it.</summary>
internal sealed class BlameText(Output output, TimeZoneInfo zone)
{
    private const string Indent = "    ";
    private const string Gap = "  ";
    private const int WidestName = 28;
    private const int LeastRoom = 20;

    public static object Json(KnownTable table, string record, RecordBlame blame) => new
    {
        Table = table.Name,
        TableExists = table.Lives,
        table.CoveredSince,
        table.NotCoveredBecause,
        RecordId = record,
        blame.End,
        blame.Columns,
    };

    public void Write(KnownTable table, string record, RecordBlame blame, string? hint)
    {
        var history = new HistoryText(output, zone);
        if (blame.Columns.Count == 0)
        {
            history.WriteNothing(table, record, hint);
            return;
        }

        output.DataLine(
            new Span($"{Printable.Of(table.Name)} {Printable.Of(record)}", TextStyle.Strong),
            " · ",
            Summary(blame));
        history.WriteCoverage(table);
        output.Line();
        if (blame.End is { } end)
        {
            WriteOrigin(end.Change, unknown: "since when is not logged");
            output.Line();
        }

        var name = Math.Min(WidestName, blame.Columns.Max(column => TextWidth.Of(Printable.Of(column.Name))));
        var value = blame.End is null ? TextStyle.After : TextStyle.Before;
        BlamedColumn? above = null;
        foreach (var column in blame.Columns)
        {
            if (above is null || !HasSameOrigin(column, above))
            {
                WriteOrigin(column.Change, Unknown(column));
            }

            WriteValue(column, name, value);
            above = column;
        }
    }

    private static Span Summary(RecordBlame blame) => blame.End switch
    {
        null => blame.Columns.Count == 1
            ? "1 column"
            : blame.Columns.Count.ToString(CultureInfo.InvariantCulture) + " columns",
        { NewKey: { } key } => Ended($"now {Printable.Of(key)}"),
        { Change: { } change } => Ended(ChangeLines.Word(change.Action)),
        _ => Ended("gone"),
    };

    private static Span Ended(string how) => new($"{how}; these are its last values", TextStyle.Bad);

    private static bool HasSameOrigin(BlamedColumn one, BlamedColumn other) =>
        one.Change?.Position == other.Change?.Position && one.Before == other.Before && one.IsLogged == other.IsLogged;

    private string Unknown(BlamedColumn column) =>
        column.Before is { } found ? $"before {TimeFormat.Exact(found, zone)}: not known" : "not logged";

    private void WriteOrigin(BlamedChange? change, string unknown)
    {
        if (change is null)
        {
            output.Line(new Span(unknown, TextStyle.Dim));
            return;
        }

        var when = TimeFormat.Exact(change.Since, zone);
        var who = Printable.Of(change.Who);
        var what = ChangeLines.Word(change.Action)
            + (change.EventId is { } id ? $" in {EventIdPrefix.Short(id)}" : string.Empty);
        var fits = TextWidth.Of($"{when} · {who} · {what}") <= output.ValueWidth;
        output.Line(
            new Span(when, TextStyle.Dim),
            " · ",
            new Span(who, TextStyle.Strong),
            fits ? $" · {what}" : string.Empty);
        if (!fits)
        {
            output.Line(Indent + what);
        }

        if (change.Reason is { Length: > 0 } reason)
        {
            output.Hanging(Printable.Of(reason), new Span($"{Indent}because: ", TextStyle.Dim));
        }
    }

    // what fits on a line is never cut, for it may be copied
    private void WriteValue(BlamedColumn column, int nameWidth, TextStyle style)
    {
        var name = Printable.Of(column.Name);
        var padding = new string(' ', Math.Max(0, nameWidth - TextWidth.Of(name)));
        var label = new Span(Indent + name + padding, TextStyle.Dim);
        var value = Printable.Of(column.Value);
        var beside = output.ValueWidth - TextWidth.Of(label.Text) - Gap.Length;
        var below = output.ValueWidth - (2 * Indent.Length);
        var width = TextWidth.Of(value);
        if (width <= beside || (width > below && beside >= LeastRoom))
        {
            output.DataLine(label, Gap, new Span(TextWidth.Shorten(value, beside), style));
        }
        else
        {
            output.Line(label);
            output.DataLine(Indent + Indent, new Span(TextWidth.Shorten(value, below), style));
        }
    }
}
