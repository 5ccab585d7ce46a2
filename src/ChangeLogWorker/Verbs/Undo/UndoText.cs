using ChangeLog.History.Undo;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs.Undo;

/// <summary>Writes a plan for a person: what each row would become, and what stands in the way.</summary>
internal sealed class UndoText(Output output, TimeZoneInfo zone)
{
    private const string Indent = "    ";
    private const string Arrow = " → ";
    private const int LongestName = 28;

    public void WritePlan(UndoPlan plan)
    {
        if (plan.Changes == 0)
        {
            output.Line(new Span("No change that is logged matches.", TextStyle.Dim));
            return;
        }

        output.Hanging(
            Printable.Of($"{plan.Reason} · {Format.Of(plan.Changes, "change")} · times are in {zone.Id}"));
        foreach (var step in plan.Steps)
        {
            output.Line();
            WriteStep(step, plan.Keep);
        }

        if (plan.Steps.Count == 0)
        {
            output.Line("Every row is as it was before: there is nothing to do.");
        }

        output.Line();
        if (plan.Triggers.Count > 0)
        {
            output.Hanging(
                Printable.Of($"these triggers run too: {string.Join(", ", plan.Triggers)}"),
                new Span("note   ", TextStyle.Doubtful));
        }

        if (plan.MissingRights.Count > 0)
        {
            output.Hanging(
                Printable.Of($"to apply it, the login lacks {string.Join(", ", plan.MissingRights)}"),
                new Span("note   ", TextStyle.Doubtful));
        }
    }

    /// <summary>What can be done with the plan.</summary>
    public void WriteNext(UndoPlan plan)
    {
        if (plan.Changes == 0 || (!plan.IsRefused && !plan.Writes.Any()))
        {
            return;
        }

        if (plan.IsRefused)
        {
            var kinds = plan.Unresolved.Select(conflict => conflict.Kind).ToList();
            output.Hanging(
                $"{Format.Of(kinds.Count, "conflict")}. " + kinds.Max() switch
                {
                    UndoConflictKind.ChangedSince =>
                        "--keep theirs leaves what others changed, --keep ours overwrites it.",
                    UndoConflictKind.Constraint => "--keep theirs leaves such rows as they are.",
                    _ => "What is impossible must be left out of what is undone.",
                });
            return;
        }

        output.Hanging($"Nothing was changed. --apply changes {Rows(plan)}; --sql prints the SQL.");
    }

    public void WriteDone(UndoReport report)
    {
        if (!report.Applied)
        {
            output.Line("Nothing was changed: there is nothing to do.");
            return;
        }

        output.Line(new Span("Undone: ", TextStyle.Strong), $"{Rows(report.Plan)} changed.");
        if (report.Transaction is { } transaction)
        {
            output.Line("To take that back in turn:");
            output.Line($"{Indent}changelog undo --transaction {transaction}");
        }
    }

    private static string Rows(UndoPlan plan) =>
        $"{Format.Of(plan.Writes.Count(), "row")} of "
        + Format.Of(plan.Writes.Select(step => step.Table).Distinct().Count(), "table");

    private void WriteStep(UndoStep step, UndoKeep? keep)
    {
        var (verb, style) = step.Action switch
        {
            UndoAction.Insert => ("insert", TextStyle.Good),
            UndoAction.Update => ("update", TextStyle.Plain),
            UndoAction.Delete => ("delete", TextStyle.Bad),
            _ => ("leave", TextStyle.Dim),
        };
        output.Line(new Span($"{verb} ", style), Printable.Of($"{step.Table} {step.RecordId}").TrimEnd());
        if (step.Action is not UndoAction.Leave)
        {
            WriteFields(step);
        }

        if (step.Lost.Count > 0)
        {
            var fate = step.Action is UndoAction.Insert ? "left to the default" : "left as is";
            output.Hanging(
                Printable.Of($"not in the log, {fate}: {string.Join(", ", step.Lost)}"),
                new Span(Indent + "note  ", TextStyle.Doubtful));
        }

        foreach (var conflict in step.Conflicts)
        {
            WriteConflict(conflict, keep);
        }
    }

    private void WriteFields(UndoStep step)
    {
        var name = Math.Min(
            LongestName,
            step.Fields.Select(field => TextWidth.Of(Printable.Of(field.Column))).DefaultIfEmpty(0).Max());
        foreach (var (column, from, to) in step.Fields)
        {
            var label = Printable.Of(column);
            var lead = new Span(
                Indent + label + new string(' ', Math.Max(0, name - TextWidth.Of(label)) + 2), TextStyle.Dim);
            var room = Math.Max(20, output.ValueWidth - TextWidth.Of(lead.Text));
            if (step.Action is UndoAction.Update)
            {
                var (before, after) = ValuePair.Fit(Printable.Of(from), Printable.Of(to), room - Arrow.Length);
                output.DataLine(lead, new Span(before, TextStyle.Before), Arrow, new Span(after, TextStyle.After));
            }
            else
            {
                output.DataLine(lead, new Span(
                    TextWidth.Shorten(Printable.Of(to ?? from), room),
                    to is null ? TextStyle.Before : TextStyle.After));
            }
        }
    }

    private void WriteConflict(UndoConflict conflict, UndoKeep? keep)
    {
        var by = conflict is { Who: { } who, LoggedAt: { } at }
            ? $" · {who} · {TimeFormat.Exact(at, zone)}" : string.Empty;
        var outcome = (conflict.Kind, keep) switch
        {
            (UndoConflictKind.ChangedSince, UndoKeep.Theirs) => " · stays",
            (UndoConflictKind.ChangedSince, UndoKeep.Ours) => " · overwritten",
            (UndoConflictKind.Constraint, UndoKeep.Theirs) => " · left as it is",
            _ => string.Empty,
        };
        output.Hanging(
            Printable.Of($"{conflict.Problem}{by}{outcome}"), new Span(Indent + "conflict  ", TextStyle.Bad));
    }
}
