using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Schema;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes what an install, a reconcile or an uninstall did, or would do.</summary>
internal sealed class ReportText(Output output, bool isPlan)
{
    public void Write(InstallReport report)
    {
        output.Line(new Span(Headline(report), TextStyle.Strong));
        if (report.Scripts.Count > 0)
        {
            output.Line($"  {Verb("run", "ran")} {Format.Of(report.Scripts.Count, "script")}");
        }

        if (report.Partitions.Count > 0)
        {
            output.Line($"  {Verb("create", "created")} {Format.Of(report.Partitions.Count, "partition")} of the log");
        }

        if (report.FollowsDdl)
        {
            output.Line("  new tables are captured at once, by an event trigger");
        }

        Sentences(report.Warnings, "note ", TextStyle.Doubtful);
        Write(report.Reconcile);
    }

    public void Write(ReconcileReport report)
    {
        Sentences(report.SettingChanges, "set  ", TextStyle.Plain);
        Actions(report.Actions, report.Failed);
        Sentences(report.Warnings, "note ", TextStyle.Doubtful);
        Sentences(report.Hints, "hint ", TextStyle.Plain);
    }

    public void Write(UninstallReport report)
    {
        Actions(report.Actions, report.Failed);
        output.Line(new Span(
            report switch
            {
                { Failed.Count: > 0 } =>
                    "Capture goes on for the tables named above: fix that, then run changelog "
                    + "uninstall again.",
                { DroppedData: true } => "ChangeLog and its log are gone.",
                _ => "Nothing is captured any more. The log stays, and can be read "
                    + "(changelog uninstall --drop-data drops it).",
            },
            TextStyle.Strong));
        if (report is { Failed.Count: 0, DroppedData: false })
        {
            Sentences(
                ["A worker that starts installs again, unless ChangeLog:InstallOnStart is false."],
                "note ",
                TextStyle.Doubtful);
        }
    }

    private string Headline(InstallReport report) => (isPlan, report.IsFirst, report.Changed) switch
    {
        (true, true, _) => "ChangeLog would be installed.",
        (true, false, true) => "ChangeLog would be upgraded.",
        (false, true, _) => "ChangeLog is installed.",
        (false, false, true) => "ChangeLog is upgraded.",
        _ => "ChangeLog is installed and up to date.",
    };

    private string Verb(string planned, string done) => isPlan ? $"would {planned}" : done;

    private void Actions(IReadOnlyList<TriggerAction> actions, IReadOnlyList<FailedTable> failed)
    {
        if (actions.Count > 0)
        {
            Actions(actions);
        }
        else if (failed.Count == 0)
        {
            output.Line("  all triggers are in place");
        }

        Failed(failed);
    }

    private void Actions(IReadOnlyList<TriggerAction> actions)
    {
        var tables = actions.Select(action => action.Table).Distinct().Count();
        output.Line(
            $"  {Verb("reconcile", "reconciled")} {Format.Of(actions.Count, "trigger")} "
            + $"on {Format.Of(tables, "table")}:");
        var table = new TextTable("action", "table", "trigger", "reason");
        foreach (var action in actions)
        {
            table.Add(
                action.Action, Printable.Of(action.Table.ToString()), Printable.Of(action.Trigger), Printable.Of(
                    action.Reason));
        }

        output.Table(table);
    }

    private void Failed(IReadOnlyList<FailedTable> failed) =>
        Sentences(
            [.. failed.Select(table => $"{table.Table} could not be reconciled: {table.Reason.TrimEnd('.')}.")],
            "wrong",
            TextStyle.Bad);

    private void Sentences(IReadOnlyList<string> sentences, string word, TextStyle tone)
    {
        foreach (var sentence in sentences)
        {
            output.Hanging(Printable.Of(sentence), "  ", new Span(word, tone), "  ");
        }
    }
}
