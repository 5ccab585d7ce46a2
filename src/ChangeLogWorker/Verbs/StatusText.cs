using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes the status for a person, with problems last, where the eye is.</summary>
internal sealed class StatusText(Output output, TimeProvider time, TimeZoneInfo zone, string address, bool all)
{
    private const int MostColumns = 3;

    private const int MostGaps = 10;

    public void Write(DatabaseStatus status)
    {
        WriteInstallation(status);
        WriteTables(status);
        if (all)
        {
            new CaptureText(output).Write(status.Tables);
        }

        WriteGaps(status);
        WriteRedaction(status);
        WriteHandlers(status);
        WriteTimelines(status);
        WriteLog(status);
        WriteActors(status);
        WriteSentences(status);
    }

    private void WriteInstallation(DatabaseStatus status)
    {
        var installed = status.Installation;
        output.Line(
            new Span($"ChangeLog in database {installed.Database}", TextStyle.Strong),
            $" at {address} (PostgreSQL {installed.ServerVersion})");
        Field("installed", TimeFormat.Of(installed.InstalledAt, zone));
        if (installed.IsUninstalled)
        {
            Field("uninstalled", installed.UninstalledAt is { } since
                ? TimeFormat.Of(since, zone)
                : "the functions that capture are gone");
        }
        else
        {
            Field(
                "reconciled",
                installed.ReconciledAt is { } reconciled ? $"{Ago(reconciled)} ago" : "not completely yet");
            Field("new tables", installed.FollowsDdl
                ? "captured at once, by an event trigger"
                : "captured from the next reconcile on (the installer may not create event triggers)");
        }

        Field("worker", status.Workers.Count == 0
            ? "none runs"
            : string.Join(", ", status.Workers.Select(worker =>
                $"process {worker.ProcessId} on {worker.Host}, for {Ago(worker.Since)}")));
        Field(
            "excluded",
            status.Settings.NonLoggedTables is { Count: > 0 } patterns ? string.Join(", ", patterns) : "no table");
        if (all && status.Settings.NonLoggedByDefault is { Count: > 0 } tools)
        {
            Field("by default", string.Join(", ", tools));
        }

        Field("schemas", status.Settings.Schemas is { Count: > 0 } schemas ? string.Join(", ", schemas) : "all");
        Field("no-op updates", status.Settings.LogNoOpUpdates ? "logged" : "not logged");
        Field("notifications", Notifications(status.Notifications));
        Field("queue", $"{status.Notifications.QueueUsage:P0} of the server's notification queue is used");
        Field("users", Users(status.Users));
        Field("replica role", status.Settings.FireAlways ? "logged" : "not logged");
    }

    private static string Users(UsersStatus users) => users switch
    {
        { Table: null } => $"none is known: {users.Reason}",
        { Linked: true, Reason: null } => $"{users.Table}: user_id refers to it by foreign keys",
        { Reason: null } => $"{users.Table}: user_id holds its ids",
        _ => $"{users.Table}: {users.Reason}",
    };

    private static string Notifications(NotificationStatus notifications) => notifications switch
    {
        { Mode: "Always" } => "Always: every transaction notifies",
        { Mode: "Never", MaxPreparedTransactions: > 0 and var most } =>
            $"Never, as max_prepared_transactions is {most}: workers poll",
        { Mode: "Never" } => "Never: workers poll",
        { WorkerAwake: true } => "WhenIdle: a worker is awake and polls",
        _ => "WhenIdle: no worker is awake, so writers notify",
    };

    private void WriteTables(DatabaseStatus status)
    {
        var covered = status.Tables.Count(table => table.Covered);
        output.Line();
        output.Line(
            new Span("Tables", TextStyle.Strong),
            $" · {Format.Of(covered)} covered, {Format.Of(status.Tables.Count - covered)} not");
        var shown = status.Tables.Where(table => all || !table.Covered).ToList();
        if (shown.Count > 0)
        {
            var table = new TextTable("table", "kind", "covered", "since", "why not");
            foreach (var one in shown)
            {
                table.Add(
                    Printable.Of(one.Table),
                    one.Kind,
                    one.Covered
                        ? new Span("yes", TextStyle.Good)
                        : new Span("no", one.IsWrong ? TextStyle.Bad : TextStyle.Dim),
                    one.Since is { } since ? TimeFormat.Of(since, zone) : string.Empty,
                    Printable.Of(one.Reason ?? string.Empty));
            }

            output.Table(table);
        }

        if (!all && covered > 0)
        {
            output.Line(new Span("changelog status --all lists the captured ones too", TextStyle.Dim));
        }
    }

    private void WriteGaps(DatabaseStatus status)
    {
        if (status.Gaps.Count == 0)
        {
            return;
        }

        output.Line();
        output.Line(
            new Span("Gaps", TextStyle.Strong),
            $" · {Format.Of(status.Gaps.Count)}, in which changes were missed");
        var table = new TextTable("table", "from", "until", "why");
        foreach (var gap in status.Gaps.Take(all ? status.Gaps.Count : MostGaps))
        {
            table.Add(
                Printable.Of(gap.Table),
                TimeFormat.Of(gap.From, zone),
                gap.Until == gap.From ? "a single moment" : TimeFormat.Of(gap.Until, zone),
                Printable.Of(gap.Reason));
        }

        output.Table(table);
        if (!all && status.Gaps.Count > MostGaps)
        {
            output.Line(new Span("changelog status --all lists the earlier ones too", TextStyle.Dim));
        }
    }

    private void WriteRedaction(DatabaseStatus status)
    {
        output.Line();
        output.Line(
            new Span("Redaction", TextStyle.Strong),
            $" · {Format.Of(status.Redaction.Sum(rule => rule.Columns.Count), "column")} now, and keys within JSON as "
            + "they come");
        var table = new TextTable("rule", "way", "when", "columns");
        foreach (var rule in status.Redaction)
        {
            table.Add(
                Printable.Of(rule.Rule),
                rule.IsOff ? new Span("off", TextStyle.Doubtful) : rule.Way,
                Printable.Of(rule.When ?? "always"),
                Printable.Of(Columns(rule.Columns)));
        }

        output.Table(table);
    }

    private static string Columns(IReadOnlyList<string> columns) => columns.Count switch
    {
        0 => "-",
        <= MostColumns => string.Join(", ", columns),
        _ => $"{string.Join(", ", columns.Take(MostColumns))} and {columns.Count - MostColumns} more",
    };

    private void WriteHandlers(DatabaseStatus status)
    {
        output.Line();
        output.Line(new Span("Handlers", TextStyle.Strong));
        if (status.Handlers.Count == 0)
        {
            output.Line(new Span("none has started yet", TextStyle.Dim));
            return;
        }

        var table = new TextTable(
            "handler", "reads", "handled", "behind", "of its window", "oldest", "dead letters", "last moved");
        foreach (var handler in status.Handlers)
        {
            table.Add(
                Printable.Of(handler.Handler),
                handler.Stream,
                Format.Of(handler.Handled),
                new Span(Format.Of(handler.Behind), handler.Behind > 0 ? TextStyle.Doubtful : TextStyle.Good),
                handler.WindowShare is { } share ? Format.OfShare(share) : "-",
                handler.OldestUnhandled is { } oldest ? Format.Of(oldest) : "-",
                DeadLetters(status.Troubles.Where(
                    trouble => trouble.Handler == handler.Handler).Sum(trouble => trouble.DeadLetters)),
                $"{Format.Of(handler.LastMoved)} ago");
        }

        output.Table(table);
    }

    private void WriteTimelines(DatabaseStatus status)
    {
        if (status.Timelines.Count == 0)
        {
            return;
        }

        output.Line();
        output.Line(new Span("Timelines", TextStyle.Strong));
        var table = new TextTable("timeline", "of", "in", "skipped (root gone)");
        foreach (var timeline in status.Timelines)
        {
            table.Add(
                Printable.Of(timeline.Name), Printable.Of(timeline.Root), Printable.Of(timeline.Table), Format.Of(
                    timeline.Skipped));
        }

        output.Table(table);
    }

    private static Span DeadLetters(long open) => new(Format.Of(open), open > 0 ? TextStyle.Bad : TextStyle.Good);

    private void WriteLog(DatabaseStatus status)
    {
        output.Line();
        output.Line(
            new Span("Log", TextStyle.Strong), $" · {Format.OfBytes(status.Log.Sum(size => size.Bytes))} with indexes");
        var table = new TextTable("table", "partitions", "rows (estimate)", "size");
        foreach (var size in status.Log)
        {
            table.Add(
                size.Table, Format.Of(size.Partitions), Format.Of(size.EstimatedRows), Format.OfBytes(size.Bytes));
        }

        output.Table(table);
    }

    private void WriteActors(DatabaseStatus status)
    {
        if (status.Actors.Count == 0)
        {
            return;
        }

        output.Line();
        output.Line(
            new Span("Who", TextStyle.Strong),
            " · of the latest changes, those with an actor (docs/context.md)");
        var table = new TextTable("application", "database user", "changes", "with an actor");
        foreach (var one in status.Actors)
        {
            table.Add(
                Printable.Of(one.Application ?? "-"),
                Printable.Of(one.DbUser ?? "-"),
                Format.Of(one.Changes),
                Format.OfShare(one.Share));
        }

        output.Table(table);
    }

    private void WriteSentences(DatabaseStatus status)
    {
        output.Line();
        foreach (var warning in status.Warnings)
        {
            Sentence("note ", TextStyle.Doubtful, warning);
        }

        foreach (var problem in status.Problems)
        {
            Sentence("wrong", TextStyle.Bad, problem);
        }

        if (status.Problems.Count == 0)
        {
            output.Line(new Span("ok", TextStyle.Good), "     no problems");
        }
    }

    private void Sentence(string word, TextStyle tone, string sentence) =>
        output.Hanging(Printable.Of(sentence), new Span(word, tone), "  ");

    private void Field(string name, string value) =>
        output.Hanging(Printable.Of(value), new Span($"  {name,-15}", TextStyle.Dim));

    private string Ago(DateTimeOffset moment)
    {
        var age = time.GetUtcNow() - moment;
        return Format.Of(age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }
}
