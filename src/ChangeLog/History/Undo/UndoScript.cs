using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text;
using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>A plan as SQL: one transaction that fails if a row is no longer as planned.</summary>
/// <remarks>
/// What <c>--apply</c> runs is what is shown. Rows are recognised by the transaction that wrote their version (xmin):
/// it says no value, redacted or not, and misses no change.
/// </remarks>
internal static partial class UndoScript
{
    /// <summary>The SQLSTATE of a script that found a row other than planned.</summary>
    public const string NotAsPlanned = "CLOG2";

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole script, for psql.</summary>
    public static string Text(UndoPlan plan)
    {
        var summary = $"{plan.Reason}: {plan.Changes} changes, {plan.Writes.Count()} rows";
        return $"""
            -- {LineBreak().Replace(summary, " ")}
            -- Fails, and changes nothing, if one of these rows has been written since this was planned.
            begin;
            {string.Join('\n', Statements(plan))}
            commit;

            """;
    }

    /// <summary>What stands within its transaction.</summary>
    public static IReadOnlyList<string> Statements(UndoPlan plan)
    {
        var context = JsonSerializer.Serialize(new { reason = plan.Reason }, Readable);
        var body = Body([.. plan.Writes]);
        var tag = "$undo$";
        for (var number = 1; body.Contains(tag, StringComparison.Ordinal); number++)
        {
            tag = $"$undo{number}$";
        }

        return
        [
            $"select changelog.set_context({SqlText.Literal(context)});",
            "set constraints all deferred;",
            $"do {tag}\nbegin\n{body}end\n{tag};",
            "set constraints all immediate;",
        ];
    }

    private static string Body(IReadOnlyList<UndoStep> steps)
    {
        var body = new StringBuilder();
        foreach (var step in steps.Where(step => step.Current is not null))
        {
            body.Append(
                $"""
                    perform from {step.Target!.Only} r
                    where {Key(step)} and r.xmin operator(pg_catalog.=) '{step.Version}'
                    for update;

                """);
            Require(body, step);
        }

        foreach (var step in steps)
        {
            body.Append('\n');
            foreach (var reference in step.Children)
            {
                body.Append(
                    $"""
                        if exists (select from {reference.Child.Only} r where {Referring(step, reference)}) then
                    {Raise($"{reference.Child.Name} refers to {Name(step)}")}
                        end if;

                    """);
            }

            body.Append(Statement(step));
            Require(body, step);
        }

        return body.ToString();
    }

    private static string Statement(UndoStep step)
    {
        var table = step.Target!;
        var values = step.Fields.Select(field => table.Columns[field.Column]).Zip(
            step.Fields,
            (column, field) => (Column: column.Quoted, Value: field.To is { } to
                ? SqlText.Value(table, column, to) : string.Empty)).ToList();
        return step.Action switch
        {
            UndoAction.Insert =>
                $"""
                    insert into {table.Quoted} ({string.Join(", ", values.Select(value => value.Column))})
                    overriding system value
                    values ({string.Join(", ", values.Select(value => value.Value))});

                """,
            UndoAction.Delete =>
                $"""
                    delete from {table.Only} r
                    where {Key(step)};

                """,
            _ =>
                $"""
                    update {table.Only} r
                    set {string.Join(",\n        ", values.Select(value => $"{value.Column} = {value.Value}"))}
                    where {Key(step)};

                """,
        };
    }

    private static void Require(StringBuilder body, UndoStep step) => body.Append(
        $"""
            if not found then
        {Raise($"{Name(step)} is no longer as planned")}
            end if;

        """);

    private static string Raise(string message) =>
        $"""
                raise exception using errcode = '{NotAsPlanned}', message = {SqlText.Literal(message)};
        """;

    private static string Name(UndoStep step) => $"{step.Table} {step.RecordId}";

    private static string Key(UndoStep step) => SqlText.Condition(
        step.Target!.Key, step.Target.Key.Select(column => step.Current![column.Name]));

    private static string Referring(UndoStep step, UndoReference reference) => SqlText.Condition(
        reference.ChildColumns, reference.ParentColumns.Select(column => step.Current![column.Name]));

    [GeneratedRegex(@"\s+")]
    private static partial Regex LineBreak();
}
