using System.CommandLine;
using ChangeLogWorker.Cli.History;
using ChangeLogWorker.Cli.Redaction;
using ChangeLogWorker.Triggers.Installation;
using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;

namespace ChangeLogWorker.Cli;

/// <summary><c>redact</c>: takes raw values out of what is logged already.</summary>
internal static class RedactCommand
{
    private static readonly Argument<string> Table = new("table")
    {
        Description = "The table: users, or schema.users; of now, or as a dropped one was called",
    };

    private static readonly Argument<string?> Column = new("column")
    {
        Description = "The column, and keys of that name within its JSON; * is a wildcard",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Record = new("--record")
    {
        Description = "Every value of one row instead: its id or key, as history takes it",
        HelpName = "id",
    };

    private static readonly Option<RedactionWay?> Way = new("--way")
    {
        Description = "Mask, Hash or Omit; not given: as the column is redacted now, else Mask",
        HelpName = "way",
    };

    private static readonly Option<bool> Dry = new("--dry-run")
    {
        Description = "Only say how many changes would be rewritten",
    };

    public static Verb Create() =>
        new Verb(
            "redact",
            "Take raw values out of what is logged already: of a column, or of one record; leaves an event",
            "changelog redact users ssn --dry-run",
            "changelog redact users ssn --way Hash",
            "changelog redact users --record 42          one person erased")
        {
            Table, Column, Record, Way, Dry,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var (column, record) = (context.Parsed.GetValue(Column), context.Parsed.GetValue(Record));
        if (string.IsNullOrWhiteSpace(column) == string.IsNullOrWhiteSpace(record))
        {
            throw new RefusedException(
                "Say what is to be redacted: changelog redact users ssn, or changelog redact users --record 42.",
                ExitCode.WrongUse);
        }

        await context.RequireInstalledAsync(cancellationToken);
        await using var connection = await context.Database.OpenConnectionAsync(cancellationToken);
        var table = await new TableFinder(connection).FindAsync(context.Parsed.GetValue(Table)!, cancellationToken);
        var redaction = new LogRedaction(connection, table, context.Has(Dry));
        var report = record is null
            ? await RunColumnAsync(redaction, table, column!, context.Parsed.GetValue(Way), cancellationToken)
            : await RunRecordAsync(connection, redaction, table, record, cancellationToken);
        context.Output.Write(report, _ => Write(context.Output, report, context.Has(Dry)));
        return ExitCode.Done;
    }

    private static async Task<RedactionReport> RunColumnAsync(
        LogRedaction redaction, RecordedTable table, string column, RedactionWay? given, CancellationToken cancellationToken)
    {
        var pattern = new ColumnPattern(column);
        var ways = await redaction.WaysAsync(cancellationToken);
        var way = given ?? (ways.TryGetValue(column, out var inForce) ? inForce : RedactionWay.Mask);
        var changes = await redaction.RunAsync(pattern, way, cancellationToken);
        if (changes == 0 && pattern.IsExact && table.Lives && !table.Columns.Contains(column, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedException(
                $"{table.Name} has no column {column}, and nothing is logged under such a key."
                + (NearestName.Of(column, table.Columns) is { } nearest ? $" The nearest is {nearest}." : string.Empty),
                ExitCode.WrongUse);
        }

        return new RedactionReport(table.Name, column, false, way, changes, !table.Lives || ways.ContainsKey(column));
    }

    private static async Task<RedactionReport> RunRecordAsync(
        NpgsqlConnection connection,
        LogRedaction redaction,
        RecordedTable table,
        string record,
        CancellationToken cancellationToken)
    {
        var keys = await RecordKey.SpellingsAsync(connection, record, cancellationToken);
        return new RedactionReport(
            table.Name, null, true, RedactionWay.Mask, await redaction.RunAsync(keys, cancellationToken), true);
    }

    private static void Write(Output output, RedactionReport report, bool isPlan)
    {
        var what = report.Column is { } column ? $"{report.Table}.{column}" : $"one record of {report.Table}";
        output.Line(
            new Span(isPlan ? "Would be rewritten: " : "Rewritten: ", Tone.Strong),
            $"{Amounts.Of(report.Changes, "change")} of {Printable.Of(what)}");
        if (!report.IsRedactedFromNowOn)
        {
            output.Line(
                new Span("note ", Tone.Doubtful),
                "  what is written next is logged as it is, unless a rule of ChangeLog:Redaction names the column");
        }

        if (report.Changes > 0 && !isPlan)
        {
            output.Line(
                new Span("note ", Tone.Doubtful),
                "  the old versions of the rows are on disk until vacuum; backups and archived WAL hold them too");
        }
    }
}
