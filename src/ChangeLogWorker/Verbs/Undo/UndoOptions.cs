using System.CommandLine;
using ChangeLog.History;
using ChangeLog.History.Undo;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Verbs.Changes;

namespace ChangeLogWorker.Verbs.Undo;

/// <summary>The options of <c>undo</c>, but those of the feed.</summary>
internal static class UndoOptions
{
    public static readonly Option<string?> To = new("--to")
    {
        Description = "Back to what it was at this time: undoes what began later; instead of --since",
        HelpName = "time",
    };

    public static readonly Option<UndoKeep?> Keep = new("--keep")
    {
        Description = "What others changed since: theirs stays, or ours, what is undone, overwrites it",
        HelpName = "theirs|ours",
        CustomParser = given =>
        {
            if (Enum.GetNames<UndoKeep>().Contains(given.Tokens[0].Value, StringComparer.OrdinalIgnoreCase))
            {
                return Enum.Parse<UndoKeep>(given.Tokens[0].Value, ignoreCase: true);
            }

            given.AddError($"--keep is {given.Tokens[0].Value}, which is neither theirs nor ours");
            return null;
        },
    };

    public static readonly Option<bool> Sql = new("--sql")
    {
        Description = "Print it as SQL, a script for psql",
    };

    public static readonly Option<bool> Apply = new("--apply")
    {
        Description = "Do it, in one transaction; asks first",
    };

    private const int DefaultLimit = 1000;

    private static readonly Option<int> Limit = Limits.Option(
        DefaultLimit, "How many changes to undo at most; if more match, none is");

    public static IEnumerable<Option> All =>
        [.. FeedOptions.Filters, To, Limit, Keep, Sql, Apply, Confirmation.Yes, Confirmation.Name];

    /// <exception cref="RefusedException">No filter is given, or an option's value is malformed.</exception>
    public static FeedFilter Filter(ParseResult parsed, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (!Given(parsed).Any())
        {
            throw new RefusedException(
                "Say what to undo: changelog undo --transaction ID, or changelog undo --table orders --record 2 "
                + "--to 1h.",
                ExitCode.WrongUse);
        }

        // as logs.as_of: a transaction that began at that time has happened
        var to = FeedOptions.Time(parsed, To, now, zone)?.AddMicroseconds(1);
        var filter = FeedOptions.Filter(parsed, now, zone);
        return filter with { Since = to ?? filter.Since, Limit = parsed.GetValue(Limit) };
    }

    /// <summary>What is undone, in words of the command; values of columns stay out of the log.</summary>
    public static string Reason(ParseResult parsed) => "undo of " + string.Join(
        ' ',
        Given(parsed).Select(given => given.Option.Name == "--transaction"
            ? $"transaction {given.Values[0]}"
            : $"{given.Option.Name} {string.Join(' ', given.Values.Select(value => Shown(given.Option, value)))}"));

    private static IEnumerable<(Option Option, string[] Values)> Given(ParseResult parsed) =>
        FeedOptions.Filters.Append(To)
            .Select(option => (option, parsed.GetResult(option)?.Tokens.Select(token => token.Value).ToArray() ?? []))
            .Where(given => given.Item2.Length > 0);

    private static string Shown(Option option, string value) =>
        option.Name == "--where" && value.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            ? $"{value[..end]}=…" : value;
}
