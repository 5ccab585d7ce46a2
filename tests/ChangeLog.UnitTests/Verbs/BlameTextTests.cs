using System.Text.Json;
using ChangeLog.History.Records;
using ChangeLog.Keys;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Verbs.Blame;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace ChangeLog.UnitTests.Verbs;

public sealed class BlameTextTests
{
    private const string Actor = "d34f6e99-d0b6-47a7-aed9-2fbd69319852";

    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly KnownTable Table =
        new("public", "orders", [1], [1], ["orders"], [], ["id"], Lives: true, Time.AddDays(-1), null);

    [Fact]
    public void Columns_that_one_change_set_stand_under_it_together() =>
        Lines(100, null, Column("id", "1", 1), Column("status", "\"new\"", 1), Column("note", "null", 2, why: "typo"))
            .ShouldBe([
                "public.orders 42 · 3 columns",
                "times are in UTC; the table has been captured since 2026-01-01 03:04:05.",
                "",
                "2026-01-02 03:04:05.678 · anna (as app) · changed in 00000001-0000",
                "    id      1",
                "    status  new",
                "2026-01-02 03:04:05.678 · anna (as app) · changed in 00000002-0000",
                "    because: typo",
                "    note    null",
            ]);

    [Fact]
    public void What_is_not_known_is_said()
    {
        var lines = Lines(
            100,
            null,
            new BlamedColumn("id", Json("1"), null, Time),
            new BlamedColumn("status", Json("\"new\""), null, Time),
            new BlamedColumn("kind", Json("1"), null, Time.AddDays(1)),
            new BlamedColumn("added", null, null, null));

        lines[3..].ShouldBe([
            "before 2026-01-02 03:04:05.678: not known",
            "    id      1",
            "    status  new",
            "before 2026-01-03 03:04:05.678: not known",
            "    kind    1",
            "not logged",
            "    added   (none)",
        ]);
    }

    [Fact]
    public void A_record_that_is_gone_says_how_first()
    {
        Lines(100, new RecordEnd(Change(3, "delete", why: "on request"), null), Column("id", "1", 1))[..6].ShouldBe([
            "public.orders 42 · deleted; these are its last values",
            "times are in UTC; the table has been captured since 2026-01-01 03:04:05.",
            "",
            "2026-01-02 03:04:05.678 · anna (as app) · deleted in 00000003-0000",
            "    because: on request",
            "",
        ]);
        Lines(100, new RecordEnd(Change(3), "43"), Column("id", "1", 1))[0].ShouldBe(
            "public.orders 42 · now 43; these are its last values");
        var unknown = Lines(100, new RecordEnd(null, null), Column("id", "1", 1));
        (unknown[0], unknown[3]).ShouldBe(
            ("public.orders 42 · gone; these are its last values", "since when is not logged"));
    }

    // at 60 columns neither the actor nor the uuid fits beside what stands before it
    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Whatever_the_width_nothing_that_fits_on_a_line_is_broken(int width)
    {
        var name = "a_rather_long_name_for_a_column_of_uuids";
        var email = "someone.with.a.name@sales.example.com";
        var lines = Lines(
            width,
            null,
            Column(name, $"\"{Actor}\"", 1, who: Actor),
            Column("email", $"\"{email}\"", 2, who: email, why: $"asked by {email}, twice, and {Actor} agreed to it"),
            Column(new string('n', 50), $"\"{new string('y', 500)}\"", 3),
            Column("text", $"\"{new string('x', 500)}\"", 3));

        lines.ShouldAllBe(line => TextWidth.Of(line) <= width);
        lines.Count(line => line.Contains(Actor, StringComparison.Ordinal)).ShouldBe(3);
        lines.Count(line => line.Contains(email, StringComparison.Ordinal)).ShouldBe(3);
        lines.ShouldContain(line => line.EndsWith("changed in 00000001-0000", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Trim().StartsWith(name, StringComparison.Ordinal));
        lines.Count(line => line.EndsWith("yyyyyyyyyyyyyyyy…", StringComparison.Ordinal)).ShouldBe(1);
        lines[^1].ShouldEndWith("x…");
    }

    private static List<string> Lines(int width, RecordEnd? end, params BlamedColumn[] columns)
    {
        using var text = new StringWriter();
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        terminal.Profile.Width = width;
        new BlameText(new Output(text, TextWriter.Null, terminal, json: false), TimeZoneInfo.Utc)
            .Write(Table, "42", new RecordBlame(end, columns), null);
        return [.. text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }

    private static BlamedColumn Column(
        string name, string value, int change, string who = "anna", string? why = null) =>
        new(name, Json(value), Change(change, who: who, why: why), null);

    private static BlamedChange Change(int number, string action = "update", string who = "anna", string? why = null) =>
        new(number, Time, Guid.Parse($"{number:x8}-0000-0000-0000-000000000000"), action, who, "app", null, null, why);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
