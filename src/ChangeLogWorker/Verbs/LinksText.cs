using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary>Writes what was done about links, table by table.</summary>
internal sealed class LinksText(Output output, bool isPlan)
{
    public void Write(LinksReport report)
    {
        foreach (var change in report.SettingChanges)
        {
            output.Line(new Span(isPlan ? "would be " : "now ", TextStyle.Strong), Printable.Of(change));
        }

        foreach (var warning in report.Warnings)
        {
            output.Line(new Span("note ", TextStyle.Doubtful), Printable.Of(warning));
        }

        if (report.Tables.Count == 0)
        {
            output.Line("No table has columns linked_table and linked_id.");
            return;
        }

        var tables = new TextTable(
            "table", "policy", isPlan ? "would be cleared" : "cleared", "left", "target gone, for example");
        foreach (var table in report.Tables)
        {
            tables.Add(Row(table));
        }

        output.Table(tables);
        foreach (var table in report.Tables.Where(table => table.Reason is not null))
        {
            output.Line(
                new Span("note ", TextStyle.Doubtful), $"{Printable.Of(table.Table)}: {Printable.Of(table.Reason!)}");
        }

        foreach (var table in report.Tables)
        {
            foreach (var (name, rows) in table.Unresolved)
            {
                output.Line(
                    new Span("note ", TextStyle.Doubtful),
                    $"{Printable.Of(table.Table)} names {Printable.Of(name)}, which matches no table, or several "
                    + $"({Format.Of(rows, "row")}): left alone");
            }

            foreach (var (name, rows) in table.Unkeyed)
            {
                output.Line(
                    new Span("note ", TextStyle.Doubtful),
                    $"{Printable.Of(table.Table)} names {Printable.Of(name)}, whose rows no key of the server's own "
                    + "types tells apart "
                    + $"({Format.Of(rows, "row")}): left alone");
            }
        }
    }

    private Span[] Row(LinkTableReport table)
    {
        var isLooked = table.Policy is "nullify" or "delete";
        return
        [
            Printable.Of(table.Table),
            table.Policy ?? "none",
            isLooked ? Format.Of(isPlan ? table.Dangling : table.Cleared) : "-",
            isLooked ? Format.Of(table.Failed) : "-",
            Printable.Of(string.Join(", ", table.Examples)),
        ];
    }
}
