using System.CommandLine;
using System.Data;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Verbs;

/// <summary><c>transaction</c>: resolves an announced id.</summary>
internal static class TransactionCommand
{
    private const int DefaultLimit = 200;

    private static readonly Argument<string> Event = new("event__id")
    {
        Description = "The id, as announced on lib_event.created or shown by changes, or its first 8 digits or more",
    };

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many changes to show, the first");

    public static Verb Create() =>
        new Verb(
            "transaction",
            "What was changed together: the transaction of an event, its context and its changes in order",
            "changelog transaction 0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10",
            "changelog transaction 0b6a6f0e-5f0c               as blame shows it",
            "changelog transaction 0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10 --json")
        {
            Event, Limit,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var given = context.Parsed.GetValue(Event)!;
        var prefix = EventIdPrefix.Parse(given) ?? throw new RefusedException(
            $"{given} is not an event__id: those are UUIDs, as shown by changes; the first 8 digits are enough.",
            ExitCode.WrongUse);

        await using var connection = await context.ConnectAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var reader = new TransactionReader(connection);
        var text = new TransactionText(context.Output, context.Zone);
        var id = await reader.IdsAsync(prefix, cancellationToken) switch
        {
            [var only] => only,
            [] => throw new RefusedException(
                $"No transaction and no event with the id {given} is logged here.", ExitCode.Failed),
            var several => throw new RefusedException(
                $"{given} could be {string.Join(" or ", several)}. Write more of it.", ExitCode.WrongUse),
        };
        if (await reader.TransactionAsync(id, context.Parsed.GetValue(Limit), cancellationToken) is { } transaction)
        {
            context.Output.Write(transaction, text.Write);
        }
        else if (await reader.EventAsync(id, cancellationToken) is { } happened)
        {
            context.Output.Write(happened, text.Write);
        }

        return ExitCode.Done;
    }
}
