using System.CommandLine;
using System.CommandLine.Parsing;
using ChangeLog.Keys;
using ChangeLog.Redaction;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;

namespace ChangeLogWorker.Verbs;

/// <summary><c>redact</c>: removes raw values that are in the log already.</summary>
internal static class RedactCommand
{
    private static readonly Argument<string?> Table = new("table")
    {
        Description = "The table: users, or schema.users; the current name, or a dropped table's; "
            + "lib_event.event: payloads and headers, logs.transaction: contexts",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> Column = new("column")
    {
        Description = "The column, and JSON keys of that name in it; * is a wildcard",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Record = new("--record")
    {
        Description = "Instead, every value of one row: its id or key, as for history; for a user also what "
            + "--actor says",
        HelpName = "id",
    };

    private static readonly Option<string?> Actor = new("--actor")
    {
        Description = "Without a table: who an actor was and from where, in everything they did",
        HelpName = "id",
    };

    private static readonly Option<RedactionMethod?> Way = new("--way")
    {
        Description = "Mask, Hash or Omit; the default is how the column is redacted now, otherwise Mask",
        HelpName = "way",
        CustomParser = WayOf,
    };

    private static readonly Option<bool> Dry = new("--dry-run")
    {
        Description = "Only show how much would be rewritten",
    };

    public static Verb Create() =>
        new Verb(
            "redact",
            "Remove raw values from the log: of a column, a record or an actor; asks first, writes an audit event",
            "changelog redact users ssn --dry-run",
            "changelog redact users ssn --way Hash --yes",
            "changelog redact users --record 42          one person erased",
            "changelog redact --actor anna@example.com   an actor who is not in the users table",
            "changelog redact lib_event.event iban       a key of payloads and headers")
        {
            Table, Column, Record, Actor, Way, Dry, Confirmation.Yes, Confirmation.Name,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var (table, column) = (context.Parsed.GetValue(Table), context.Parsed.GetValue(Column));
        var (record, actor) = (context.Parsed.GetValue(Record), context.Parsed.GetValue(Actor));
        var isActor = !string.IsNullOrWhiteSpace(actor);
        if (string.IsNullOrWhiteSpace(table) != isActor
            || new[] { column, record, actor }.Count(given => !string.IsNullOrWhiteSpace(given)) != 1)
        {
            throw new RefusedException(
                "Say what to redact: changelog redact users ssn, changelog redact users --record 42, "
                + "or changelog redact --actor 42.",
                ExitCode.WrongUse);
        }

        if (column is null && context.Parsed.GetResult(Way) is not null)
        {
            throw new RefusedException(
                "--way is for a column or a key: a record's values and an actor's are masked, and a name "
                + "becomes its hash.",
                ExitCode.WrongUse);
        }

        await context.RequireCurrentAsync(cancellationToken);
        await using var connection = await context.ConnectAsync(cancellationToken);
        await RedactionRights.RequireAsync(connection, cancellationToken);
        var isPlan = context.Has(Dry);
        var text = new RedactText(context);
        if (!isPlan)
        {
            await Confirmation.RequireAsync(
                context,
                async () => text.Loss(await RunAsync(context.Parsed, connection, isPlan: true, cancellationToken)),
                cancellationToken);
        }

        var report = await RunAsync(context.Parsed, connection, isPlan, cancellationToken);
        context.Output.Write(report, _ => text.Write(report, isPlan));
        return ExitCode.Done;
    }

    private static Task<RedactionReport> RunAsync(
        ParseResult parsed, NpgsqlConnection connection, bool isPlan, CancellationToken cancellationToken)
    {
        var redaction = new LogRedaction(connection, isPlan);
        var (column, way) = (parsed.GetValue(Column), parsed.GetValue(Way));
        return (parsed.GetValue(Table), parsed.GetValue(Record)) switch
        {
            (null, _) => RunActorAsync(connection, redaction, parsed.GetValue(Actor)!, cancellationToken),
            (var table and (RedactionPlan.EventTable or RedactionPlan.ContextTable), _) =>
                RunKeyAsync(connection, redaction, table, column, way, cancellationToken),
            (var table, { } record) => RunRecordAsync(connection, isPlan, table, record, cancellationToken),
            (var table, _) => RunColumnAsync(connection, redaction, table, column!, way, cancellationToken),
        };
    }

    private static RedactionMethod? WayOf(ArgumentResult given)
    {
        var (name, ways) = (given.Tokens[0].Value, Enum.GetNames<RedactionMethod>());
        if (ways.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<RedactionMethod>(name, ignoreCase: true);
        }

        given.AddError(
            $"--way is {name}, which is not one of {string.Join(", ", ways)}.{NearestName.Sentence(name, ways)}");
        return null;
    }

    private static async Task<RedactionReport> RunActorAsync(
        NpgsqlConnection connection, LogRedaction redaction, string actor, CancellationToken cancellationToken)
    {
        var counts = await redaction.RunAsync(
            RedactionPlan.Actor(actor), Installer.Describe(("actors", 1)), cancellationToken);
        return counts.Total > 0 || await new KnownNames(connection).HasActorAsync([actor], cancellationToken)
            ? await RedactionReport.ReadAsync(
                connection, null, null, RedactionMethod.Mask, counts, true, cancellationToken)
            : throw new RefusedException(
                $"Nothing that {actor} did is in the log, under that name or its hash. Contexts hold the actor_id "
                + "that the "
                + "application gave: changelog history shows who did what.",
                ExitCode.Failed);
    }

    private static async Task<RedactionReport> RunKeyAsync(
        NpgsqlConnection connection,
        LogRedaction redaction,
        string table,
        string? key,
        RedactionMethod? given,
        CancellationToken cancellationToken)
    {
        if (key is null)
        {
            throw new RefusedException(
                $"{table} has no records to redact: name a key, changelog redact {table} iban, "
                + "or an actor, changelog redact --actor 42.",
                ExitCode.WrongUse);
        }

        var inForce = await new RedactionPlan(connection).WayOfKeyAsync(table, key, cancellationToken);
        var way = given ?? inForce ?? RedactionMethod.Mask;
        var place = table == RedactionPlan.EventTable ? RedactedPlace.Events : RedactedPlace.Contexts;
        var counts = await redaction.RunAsync(
            [RedactionPlan.Key(place, new ColumnPattern(key), way)], Describe(table, key, way), cancellationToken);
        return await RedactionReport.ReadAsync(
            connection, table, key, way, counts, inForce is not null, cancellationToken);
    }

    private static async Task<RedactionReport> RunRecordAsync(
        NpgsqlConnection connection, bool isPlan, string name, string record, CancellationToken cancellationToken)
    {
        var table = await new TableFinder(connection).FindAsync(name, cancellationToken);
        var plan = new RedactionPlan(connection);
        var keys = await RecordKey.FormatsAsync(connection, table, record, cancellationToken);
        var erasure = await plan.RecordAsync(table, keys, cancellationToken);
        var counts = await erasure.RunAsync(
            connection, isPlan, Installer.Describe(("table", table.Name), ("records", 1)), cancellationToken);
        if (counts.Total == 0 && !await plan.KnowsAsync(table, keys, cancellationToken))
        {
            throw new RefusedException(
                $"Nothing of {table.Name} {record} is in the log, under that key or its hash."
                + (await RecordKey.HintAsync(connection, table, record, cancellationToken) is { } hint
                    ? $" {hint}"
                    : string.Empty),
                ExitCode.Failed);
        }

        var report = await RedactionReport.ReadAsync(
            connection, table.Name, null, RedactionMethod.Mask, counts, true, cancellationToken);
        return report with { Keys = erasure.Keys };
    }

    private static async Task<RedactionReport> RunColumnAsync(
        NpgsqlConnection connection,
        LogRedaction redaction,
        string name,
        string column,
        RedactionMethod? given,
        CancellationToken cancellationToken)
    {
        var table = await new TableFinder(connection).FindAsync(name, cancellationToken);
        var plan = new RedactionPlan(connection);
        var pattern = new ColumnPattern(column);
        var ways = await plan.WaysAsync(table, cancellationToken);
        var inForce = ways
            .Where(one => pattern.IsExact && pattern.Matches(one.Key))
            .Select(one => (RedactionMethod?)one.Value)
            .FirstOrDefault();
        var way = given ?? inForce ?? RedactionMethod.Mask;
        var counts = await redaction.RunAsync(
            await plan.ColumnAsync(table, pattern, way, cancellationToken), Describe(
                table.Name, column, way), cancellationToken);
        if (counts.Total == 0 && pattern.IsExact && table.Lives
            && !table.Columns.Any(pattern.Matches))
        {
            throw new RefusedException(
                $"{table.Name} has no column {column}, and nothing is logged under such a JSON key."
                + NearestName.Sentence(column, table.Columns),
                ExitCode.WrongUse);
        }

        return await RedactionReport.ReadAsync(
            connection, table.Name, column, way, counts, !table.Lives || inForce is not null, cancellationToken);
    }

    private static string Describe(string table, string column, RedactionMethod way) =>
        Installer.Describe(("table", table), ("column", column), ("way", way.ToString().ToLowerInvariant()));
}
