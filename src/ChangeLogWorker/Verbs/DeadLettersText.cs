using System.Globalization;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes dead letters, and what was done with them, for a person.</summary>
internal sealed class DeadLettersText(Output output, TimeZoneInfo zone)
{
    private const int MostNamed = 10;

    public void WriteList(IReadOnlyList<DeadLetter> letters, bool isCut)
    {
        if (letters.Count == 0)
        {
            output.Line("There is no dead letter.");
            return;
        }

        var table = new TextTable("id", "handler", "what", "last failed", "tried", "why");
        foreach (var letter in letters)
        {
            table.Add(
                letter.Id.ToString(CultureInfo.InvariantCulture),
                Printable.Of(letter.Handler),
                Printable.Of(What(letter)),
                TimeFormat.Of(letter.LastFailedAt, zone),
                Format.Of(letter.Attempts),
                Printable.Of(letter.IsOpen ? Error(letter) : Resolution(letter)));
        }

        output.Table(table);
        if (isCut)
        {
            output.Line(new Span("There are more: --limit shows them.", TextStyle.Dim));
        }
        else if (letters.Any(letter => letter.IsOpen))
        {
            output.Line(new Span("changelog dead-letters retry --all retries the open ones", TextStyle.Dim));
        }
    }

    public void WriteRetries(IReadOnlyList<RetryReport> reports)
    {
        if (reports.Count == 0)
        {
            output.Line("There is no dead letter to retry.");
        }

        foreach (var report in reports)
        {
            var which = report.Id
                + (report.Letter is { } letter
                    ? $" · {Printable.Of(letter.Handler)} · {Printable.Of(What(letter))}"
                    : string.Empty)
                + " · ";
            // a line each for several, all details for one
            var outcome = reports.Count == 1
                ? Outcome(report)
                : TextWidth.Shorten(Outcome(report), output.ValueWidth - TextWidth.Of(which) - 1);
            output.DataLine(which, new Span(outcome, report.IsDone ? TextStyle.Good : TextStyle.Bad));
        }
    }

    /// <summary>What discarding these would lose; null: none is open.</summary>
    public static string? Loss(VerbContext context, IReadOnlyList<DeadLetter> letters)
    {
        var open = letters.Where(letter => letter.IsOpen).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var days = context.Days(open.Min(letter => letter.LoggedAt), open.Max(letter => letter.LoggedAt));
        var which = open.Take(MostNamed).Select(letter => $"{letter.Id} of {letter.Handler}, {What(letter)}");
        return $"This gives up {Format.Of(open.Count, "dead letter")} for good, {days}: {string.Join("; ", which)}"
            + (open.Count > MostNamed ? $"; and {open.Count - MostNamed} more." : ".");
    }

    public void WriteDiscarded(IReadOnlyList<DeadLetter> letters)
    {
        foreach (var letter in letters)
        {
            output.Line(
                $"{letter.Id} · {Printable.Of(letter.Handler)} · {Printable.Of(What(letter))} · "
                    + $"{Printable.Of(Resolution(letter))}");
        }
    }

    private string Outcome(RetryReport report) => report.Outcome switch
    {
        RetryOutcome.Retried => "handled",
        RetryOutcome.AlreadyRetried => "was handled before",
        RetryOutcome.Discarded => Printable.Of($"not retried: {Resolution(report.Letter!)}"),
        RetryOutcome.FailedAgain => Printable.Of($"failed again: {report.Error}"),
        RetryOutcome.NotWanted => "its handler's filter no longer matches it: discard it, or widen the filter",
        RetryOutcome.NotLogged => "the log no longer holds it: discard it",
        RetryOutcome.NoHandler => Printable.Of(
            $"no worker that has the handler {report.Letter!.Handler} has retried it: start the program that it "
                + "belongs "
            + "to, then retry"),
        _ => "there is no dead letter of that id",
    };

    private static string What(DeadLetter letter) => letter.Kind == "event"
        ? $"event {letter.EventType} {letter.EventId}"
        : $"{letter.TableSchema}.{letter.TableName} {letter.RecordId ?? $"(position {letter.Position})"}";

    private static string Error(DeadLetter letter) =>
        letter.Sqlstate is null ? letter.Error : $"{letter.Error} ({letter.Sqlstate})";

    private string Resolution(DeadLetter letter) => letter.Resolution == "discarded"
        ? $"discarded by {letter.ResolvedBy} at {TimeFormat.Of(letter.ResolvedAt!.Value, zone)} ({letter.Reason})"
        : $"handled by a retry of {letter.ResolvedBy} at {TimeFormat.Of(letter.ResolvedAt!.Value, zone)}";
}
