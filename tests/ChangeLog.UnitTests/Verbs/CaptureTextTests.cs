using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Verbs;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace ChangeLog.UnitTests.Verbs;

public sealed class CaptureTextTests
{
    private static readonly TableStatus[] Tables =
    [
        Captured("shop.bags", General("type shop.money_bag with a cast to json: payload")),
        Captured("shop.gone", null),
        Captured("shop.items", Own(16440)),
        Captured("shop.late", General(null)),
        Captured("shop.orders", Own(
            16432,
            ("TimeZone", ["created_at timestamptz", "during daterange"]),
            ("DateStyle", ["during daterange"]),
            ("search_path", ["during daterange"]))),
        Captured("shop.shapes", Own(16450, ("extra_float_digits", ["a real", "b real", "c real", "d real", "e real"]))),
        new TableStatus("shop.out", "table", Covered: false, Since: null, "excluded by shop.out", IsWrong: false),
    ];

    [Fact]
    public void Each_captured_table_is_said_with_its_function_and_what_that_pins_or_why_it_is_general()
    {
        using var text = new StringWriter();

        new CaptureText(new Output(text, TextWriter.Null, terminal: null, json: false)).Write(Tables);

        text.ToString().ReplaceLineEndings("\n").Split('\n').ShouldBe(
        [
            "",
            "Trigger functions · the table's own for 3 tables, a general one for 3",
            "TABLE        FUNCTION                 THE TABLE'S OWN?",
            "shop.bags    logs.capture_row_change  no: type shop.money_bag with a cast to json: payload",
            "shop.gone    -                        no: the trigger is missing",
            "shop.items   logs.capture_16440       yes; pins no setting",
            "shop.late    logs.capture_row_change  no, until the next reconcile",
            "shop.orders  logs.capture_16432       yes; pins TimeZone for created_at timestamptz, during",
            "                                      daterange; DateStyle, search_path for during daterange",
            "shop.shapes  logs.capture_16450       yes; pins extra_float_digits for a real, b real, c real and 2",
            "                                      more",
            "A general function takes the rows of any table, and safeguards make it slower. A table's own is",
            "written for its columns, where none of them needs a safeguard; a pinned setting keeps a column's",
            "text the same whatever the session sets (docs/decisions/functions-of-their-own.md).",
            "",
        ]);
    }

    [Fact]
    public void A_terminal_of_80_columns_shows_all_of_it()
    {
        using var text = new StringWriter();
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        terminal.Profile.Width = 80;

        new CaptureText(new Output(text, TextWriter.Null, terminal, json: false)).Write(Tables);

        var lines = text.ToString().ReplaceLineEndings("\n").Split('\n');
        lines.ShouldAllBe(line => TextWidth.Of(line) <= 80);
        lines.ShouldContain(line => line.StartsWith("│ shop.orders │ logs.capture_16432 ", StringComparison.Ordinal));
        string.Join(' ', lines.Where(line => line.StartsWith('│')).Select(line => line.Split('│')[3].Trim())).ShouldBe(
            "the table's own? no: type shop.money_bag with a cast to json: payload no: the trigger is missing "
            + "yes; pins no setting no, until the next reconcile "
            + "yes; pins TimeZone for created_at timestamptz, during daterange; "
            + "DateStyle, search_path for during daterange "
            + "yes; pins extra_float_digits for a real, b real, c real and 2 more");
    }

    [Fact]
    public void Where_nothing_is_captured_nothing_is_said()
    {
        using var text = new StringWriter();

        new CaptureText(new Output(text, TextWriter.Null, terminal: null, json: false)).Write([Tables[^1]]);

        text.ToString().ShouldBeEmpty();
    }

    private static TableStatus Captured(string table, CaptureFunction? capture) =>
        new(table, "table", Covered: true, Since: null, Reason: null, IsWrong: false) { Capture = capture };

    private static CaptureFunction General(string? reason) =>
        new("logs.capture_row_change", IsOwn: false, reason, new Dictionary<string, IReadOnlyList<string>>());

    private static CaptureFunction Own(int oid, params (string Setting, string[] Columns)[] pins) => new(
        $"logs.capture_{oid}",
        IsOwn: true,
        Reason: null,
        pins.ToDictionary(pin => pin.Setting, IReadOnlyList<string> (pin) => pin.Columns));
}
