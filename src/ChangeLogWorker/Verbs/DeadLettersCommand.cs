using System.CommandLine;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs;

/// <summary><c>dead-letters</c>: lists, retries or discards dead letters.</summary>
internal static class DeadLettersCommand
{
    private const int DefaultLimit = 100;

    private static readonly Argument<long[]> Ids = new("id")
    {
        Description = "Ids, as shown by dead-letters list",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> All = new("--all")
    {
        Description = "All that are open",
    };

    private static readonly Option<bool> ResolvedToo = new("--all")
    {
        Description = "Include retried and discarded ones",
    };

    private static readonly Option<string?> Handler = new("--handler")
    {
        Description = "Only those of one handler",
        HelpName = "name",
    };

    private static readonly Option<string?> Reason = new("--reason")
    {
        Description = "Why it will not be handled; stored with it and in an audit event",
        HelpName = "text",
    };

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many to show");

    public static Verb Create() =>
        new Verb(
            "dead-letters",
            "Changes and events that handlers gave up on: list, retry, discard. Alone it lists those that are open",
            "changelog dead-letters",
            "changelog dead-letters retry --all",
            "changelog dead-letters discard 17 --reason \"test data of the import\"")
        {
            List(), Retry(), Discard(),
        }.Does((context, cancellationToken) => ListAsync(
            context, handler: null, resolvedToo: false, DefaultLimit, cancellationToken));

    private static Verb List() =>
        new Verb(
            "list",
            "The open ones, in the order of the log: handler, record, error, attempts",
            "changelog dead-letters list",
            "changelog dead-letters list --handler enrich --limit 10",
            "changelog dead-letters list --all --json | jq '.[] | select(.resolution == \"discarded\")'")
        {
            ResolvedToo, Handler, Limit,
        }.Does((context, cancellationToken) => ListAsync(
            context,
            context.Parsed.GetValue(Handler),
            context.Has(ResolvedToo),
            context.Parsed.GetValue(Limit),
            cancellationToken));

    private static Verb Retry() =>
        new Verb(
            "retry",
            "Retry them now, out of their records' order; exit code 1 if one failed again",
            "changelog dead-letters retry 17 18",
            "changelog dead-letters retry --all",
            "changelog dead-letters retry --all --handler enrich")
        {
            Ids, All, Handler,
        }.Does(RetryAsync);

    private static Verb Discard() =>
        new Verb(
            "discard",
            "Give them up for good; asks first; who did it and why is stored",
            "changelog dead-letters discard 17 --reason \"test data of the import\"",
            "changelog dead-letters discard 17 18 --reason \"test data\" --yes")
        {
            Ids, Reason, Confirmation.Yes, Confirmation.Name,
        }.Does(DiscardAsync);

    private static async Task<int> ListAsync(
        VerbContext context, string? handler, bool resolvedToo, int limit, CancellationToken cancellationToken)
    {
        await context.RequireCurrentAsync(cancellationToken);
        var letters = await context.Services.GetRequiredService<DeadLetterStore>().ListAsync(
            handler, resolvedToo, limit + 1L, cancellationToken);
        var shown = letters.Take(limit).ToList();
        context.Output.Write(shown, _ => Text(context).WriteList(shown, isCut: shown.Count < letters.Count));
        return ExitCode.Done;
    }

    private static async Task<int> RetryAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var handler = context.Parsed.GetValue(Handler);
        var ids = context.Parsed.GetValue(Ids) ?? [];
        if (ids.Length == 0 && !context.Has(All) && handler is null)
        {
            throw new RefusedException(
                "Say which to retry: their ids, or --all. See: changelog dead-letters "
                + "list", ExitCode.WrongUse);
        }

        if (ids.Length > 0 && (context.Has(All) || handler is not null))
        {
            throw new RefusedException("Give either ids, or --all and --handler.", ExitCode.WrongUse);
        }

        await context.RequireCurrentAsync(cancellationToken);
        var letters = context.Services.GetRequiredService<DeadLetterStore>();
        if (ids.Length == 0)
        {
            ids = [.. (await letters.ListAsync(handler, resolvedToo: false, long.MaxValue, cancellationToken))
                .Select(letter => letter.Id)];
        }

        var reports = await context.Services.GetRequiredService<RetryRequests>().RunAsync(ids, cancellationToken);
        context.Output.Write(reports, Text(context).WriteRetries);
        return reports.All(report => report.IsDone) ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> DiscardAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var ids = context.Parsed.GetValue(Ids) ?? [];
        if (ids.Length == 0 || string.IsNullOrWhiteSpace(context.Parsed.GetValue(Reason)))
        {
            throw new RefusedException(
                "Discarding takes ids and a reason: changelog dead-letters discard 17 --reason \"why it is not to be "
                + "handled\"",
                ExitCode.WrongUse);
        }

        await context.RequireCurrentAsync(cancellationToken);
        var letters = context.Services.GetRequiredService<DeadLetterStore>();
        await Confirmation.RequireAsync(
            context,
            async () => DeadLettersText.Loss(context, await letters.FindAsync(ids, cancellationToken)),
            cancellationToken);
        await letters.DiscardAsync(ids, context.Parsed.GetValue(Reason)!, Installer.Describe(), cancellationToken);
        var found = await letters.FindAsync(ids, cancellationToken);
        var unknown = ids.Except(found.Select(letter => letter.Id)).ToList();
        context.Output.Write(found, Text(context).WriteDiscarded);
        foreach (var id in unknown)
        {
            context.Output.Error($"There is no dead letter {id}.");
        }

        // discarding twice is no failure
        var handled = found.Where(letter => letter.Resolution != "discarded").ToList();
        foreach (var letter in handled)
        {
            context.Output.Error($"Dead letter {letter.Id} was handled by an earlier retry: it is not discarded.");
        }

        return unknown.Count + handled.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static DeadLettersText Text(VerbContext context) =>
        new(context.Output, context.Zone);
}
