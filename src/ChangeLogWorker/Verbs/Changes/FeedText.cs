using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary>Writes the feed for a person: each transaction with who, when and from where, then its changes.</summary>
internal sealed class FeedText(Output output, TimeZoneInfo zone, FeedFilter filter, bool follows) : IFeedWriter
{
    private readonly ChangeLines _lines = new(zone, output.ValueWidth);

    public void Begin(Feed feed)
    {
        output.Line(new Span(Summary(feed), TextStyle.Dim));
        Transactions(feed.Transactions);
    }

    public void Write(IReadOnlyList<LoggedChange> changes) => Transactions(new Feed(changes, More: false).Transactions);

    private string Summary(Feed feed)
    {
        var what = feed switch
        {
            { Changes.Count: 0 } when follows => "No change that matches yet; waiting for the next.",
            { Changes.Count: 0 } => "No change that is logged matches.",
            { More: true, Changes.Count: 1 } => "the newest change that matches (--limit)",
            { More: true } => $"the newest {filter.Limit} changes that match (--limit)",
            { Changes.Count: 1 } => "1 change",
            var all => $"{all.Changes.Count} changes",
        };
        return feed.Changes.Count == 0 ? what : $"{what} · times are in {zone.Id}";
    }

    private void Transactions(IEnumerable<IGrouping<Guid?, LoggedChange>> transactions)
    {
        foreach (var transaction in transactions)
        {
            output.Line();
            Headline(transaction.First(), transaction.Key);
            foreach (var line in transaction.SelectMany(
                change => _lines.Of(change, withRecord: true, withOrigin: false)))
            {
                output.DataLine(line);
            }
        }
    }

    private void Headline(LoggedChange first, Guid? transaction)
    {
        var when = TimeFormat.Exact(first.LoggedAt, zone);
        var who = Printable.Of(first.Origin.Who);
        output.DataLine(new Span(when, TextStyle.Dim), " · ", new Span(who, TextStyle.Strong));
        output.Line(new Span($"    transaction {transaction?.ToString() ?? "unknown"}", TextStyle.Dim));
        if (string.Join(" · ", first.Origin.From) is { Length: > 0 } from)
        {
            output.Hanging(Printable.Of(from), new Span("    ", TextStyle.Dim));
        }

        if (first.Origin.Reason is { Length: > 0 } reason)
        {
            output.Hanging(Printable.Of(reason), new Span("    because: ", TextStyle.Dim));
        }
    }
}
