using System.CommandLine;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Verbs.Changes;

/// <summary>The options that filter the feed.</summary>
internal static class FeedOptions
{
    public static readonly Option<string?> Since =
        Text("--since", "time", $"Only transactions that began then or later: {MomentText.Forms}");

    public static readonly Option<string?> Until =
        Text("--until", "time", "Only transactions that began before: written as for --since");

    public static readonly Option<string?> Actor = Text("--actor", "id", "Only what this actor did");

    public static readonly Option<string[]> Column =
        Texts("--column", "name", "Only updates that changed this column, or one of several");

    private const int DefaultLimit = 50;

    private static readonly Option<string[]> Table =
        Texts("--table", "pattern", "Only these tables: orders, sales.*; several by commas or again");

    private static readonly Option<string?> Record = Text("--record", "key", "Only this row, by its id or key");

    private static readonly Option<string?> User = Text("--user", "name", "Only of this database user or role");

    private static readonly Option<string?> Application =
        Text("--application", "name", "Only of connections with this application_name");

    private static readonly Option<string?> Request =
        Text("--request", "id", "Only of this request_id in the transaction's context");

    private static readonly Option<string?> Transaction =
        Text("--transaction", "event__id", "Only of this transaction");

    private static readonly Option<string[]> Op = Operations();

    private static readonly Option<string[]> Where =
        Texts("--where", "column=value", "Only where the column had this text, before or after");

    private static readonly Option<int> Limit = Limits.Option(DefaultLimit, "How many changes to show, the newest");

    public static IEnumerable<Option> All => [.. Filters, Limit];

    /// <summary>Those that say which changes are meant, however many.</summary>
    public static IReadOnlyList<Option> Filters =>
    [
        Table, Record, Actor, User, Application, Request, Transaction, Op, Column, Where, Since, Until,
    ];

    /// <exception cref="RefusedException">An option's value is malformed.</exception>
    public static FeedFilter Filter(ParseResult parsed, DateTimeOffset now, TimeZoneInfo zone)
    {
        return new FeedFilter
        {
            Tables = parsed.GetValue(Table) ?? [],
            Record = parsed.GetValue(Record),
            Actor = parsed.GetValue(Actor),
            User = parsed.GetValue(User),
            Application = parsed.GetValue(Application),
            Request = parsed.GetValue(Request),
            Transaction = parsed.GetValue(Transaction) is { } id
                ? Guid.TryParse(id, out var uuid) ? uuid : throw Malformed(Transaction, id, "an event__id, a UUID")
                : null,
            Actions = parsed.GetValue(Op) ?? [],
            Columns = parsed.GetValue(Column) ?? [],
            Values = [.. (parsed.GetValue(Where) ?? []).Select(Condition)],
            Since = Time(parsed, Since, now, zone),
            Until = Time(parsed, Until, now, zone),
            Limit = parsed.GetValue(Limit),
        };
    }

    /// <exception cref="RefusedException">The option's value is no time.</exception>
    public static DateTimeOffset? Time(
        ParseResult parsed, Option<string?> option, DateTimeOffset now, TimeZoneInfo zone) =>
        parsed.GetValue(option) is { } text ? MomentText.Parse(option, text, now, zone) : null;

    private static KeyValuePair<string, string> Condition(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(text[..equals].Trim(), text[(equals + 1)..])
            : throw Malformed(Where, text, "of the form column=value");
    }

    private static RefusedException Malformed(Option option, string given, string expected) =>
        new($"{option.Name} {given}: that is not {expected}.", ExitCode.WrongUse);

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<string[]> Texts(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<string[]> Operations()
    {
        var option = Texts("--op", "operation", "Only create, update, delete, soft_delete, restore, truncate");
        option.AcceptOnlyFromAmong("create", "update", "delete", "soft_delete", "restore", "truncate", "snapshot");
        return option;
    }
}
