using System.Text.Json;
using ChangeLogWorker.Demo;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Demo;

public sealed class LiveLineTests
{
    private const int Width = 100;

    [Fact]
    public void An_update_shows_old_and_new_of_what_changed()
    {
        Line('U', """{"id": 7, "status": "paid", "packed_by": 2}""", """{"status": "new", "packed_by": null}""")
            .ShouldBe("09:30:00.125 · ana              · changed orders 7  status: new → paid  packed_by: null → 2");
    }

    [Fact]
    public void An_insert_shows_what_is_not_empty_in_the_tables_order()
    {
        Line('I', """{"id": 7, "packed_by": null, "note": "gift", "status": "new", "updated_at": "2026"}""", "{}")
            .ShouldBe("09:30:00.125 · ana              · created orders 7  status: new  note: gift");
    }

    [Fact]
    public void A_long_line_ends_with_an_ellipsis_at_the_width()
    {
        var line = Line('D', $$"""{"status": "{{new string('x', 90)}}", "note": "{{new string('y', 90)}}"}""", "{}");
        line.Length.ShouldBe(Width);
        line.ShouldEndWith("…");
    }

    [Fact]
    public void What_steers_a_terminal_is_made_harmless()
    {
        Line('U', """{"status": "\u001b[2Jgone"}""", """{"status": "new"}""").ShouldNotContain("\u001b");
    }

    private static string Line(char op, string data, string previous)
    {
        var change = new SeenChange(
            new DateTimeOffset(2026, 3, 1, 9, 30, 0, 125, TimeSpan.Zero),
            "ana",
            "orders",
            op,
            "7",
            ["status", "packed_by", "note", "updated_at"],
            JsonElement.Parse(data),
            JsonElement.Parse(previous));
        return string.Concat(new LiveLine(TimeZoneInfo.Utc, Width).Of(change).Select(span => span.Text));
    }
}
