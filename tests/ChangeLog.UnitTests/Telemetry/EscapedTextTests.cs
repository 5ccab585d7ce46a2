using System.Text;
using ChangeLog.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Telemetry;

public sealed class EscapedTextTests
{
    private const string Escape = "\u001b";

    [Theory]
    [InlineData(
        "orders 7, \u00e9t\u00e9, \u65e5\u672c, \U0001F600", "orders 7, \u00e9t\u00e9, \u65e5\u672c, \U0001F600")]
    [InlineData(Escape + "[31mred\u0007", "\\u001b[31mred\\u0007")]
    [InlineData("a\r\nb\tc\u0085d\u2028e", "a\\r\\nb\\tc\\u0085d\\u2028e")]
    [InlineData("a\u202Eb\u2066c\u200Bd\u00ADe", "a\\u202eb\\u2066c\\u200bd\\u00ade")]
    [InlineData("a\u3164b\u034Fc\U000E0041d", "a\\u3164b\\u034fc\\U000e0041d")]
    [InlineData("M\U0010FEFCller", "M\\xFCller")]
    public void Nothing_steers_hides_or_ends_a_line(string text, string expected)
    {
        EscapedText.Of(text).ShouldBe(expected);
        EscapedText.Of(expected).ShouldBe(expected);
    }

    [Fact]
    public void Half_a_character_is_none() => EscapedText.Of("half \ud83d").ShouldBe("half \\ud83d");

    [Fact]
    public void A_line_of_the_log_is_one_line_and_steers_no_terminal()
    {
        var error = new InvalidOperationException($"no\n2026-01-01 00:00:00.000 info  {Escape}[2Jforged\u0007");

        var text = Written(LogLevel.Error, $"Handler {Escape}x failed", error);

        text.TrimEnd('\n').ShouldNotContain("\n");
        text.ShouldEndWith(
            "error Handler \\u001bx failed: no 2026-01-01 00:00:00.000 info  \\u001b[2Jforged\\u0007\n");
    }

    [Fact]
    public void What_a_trace_quotes_stands_below_its_entry()
    {
        var text = Written(
            LogLevel.Debug, "Failed", new InvalidOperationException($"no\n2026-01-01 info  {Escape}forged"));

        text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].ShouldBe(
            ["    System.InvalidOperationException: no", "    2026-01-01 info  \\u001bforged"]);
    }

    [Fact]
    public void A_byte_that_is_no_text_stays_JSON_and_an_escape_of_the_applications_own_stays_what_it_is() =>
        RawByte.InJson("""{"a": "M\uDBFF\uDEFCller", "b": "\\uDBFF\uDE00"}""")
            .ShouldBe("""{"a": "M\\xFCller", "b": "\\uDBFF\uDE00"}""");

    private static string Written(LogLevel level, string sentence, Exception error)
    {
        using var text = new StringWriter(new StringBuilder());
        text.NewLine = "\n";
        new LogLineFormatter(TimeProvider.System).Write(
            new LogEntry<string>(level, "test", default, sentence, error, (said, _) => said),
            scopeProvider: null, text);
        return text.ToString();
    }
}
