using System.Text.Json;
using ChangeLog.History;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Verbs;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Verbs;

public sealed class ChangeLinesTests
{
    private const string Transaction = "    transaction 00000000-0000";

    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void An_update_shows_each_field_before_and_after() =>
        Lines(Change("U", """{"id": 7, "total": 12.50, "status": "paid"}""", """{"total": 10.00, "status": null}"""))
            .ShouldBe([
                "2026-01-02 03:04:05.678 · anna (as app) · changed",
                Transaction,
                "    status  null → paid",
                "    total   10.00 → 12.50",
            ]);

    [Fact]
    public void Fields_stand_in_the_order_of_the_tables_columns_and_others_follow() =>
        Lines(Change("U", """{"a": 1, "b": 2, "c": 3}""", """{"a": 0, "b": 0, "c": 0}""") with
        {
            TableColumns = ["c", "b"],
        }).ShouldBe([
            "2026-01-02 03:04:05.678 · anna (as app) · changed", Transaction, "    c  0 → 3", "    b  0 → 2",
            "    a  0 → 1",
        ]);

    [Fact]
    public void A_delete_shows_what_was_there() =>
        Lines(Change("D", """{"id": 7, "note": ""}""", null))
            .ShouldBe([
                "2026-01-02 03:04:05.678 · anna (as app) · deleted", Transaction, "    id    7", "    note  ''",
            ]);

    [Fact]
    public void What_is_not_yet_handled_says_so() =>
        Lines(Change("T", null, null) with { Action = null, RecordId = null })
            .ShouldBe([
                "2026-01-02 03:04:05.678 · anna (as app) · truncated public.orders · not yet handled", Transaction,
            ]);

    [Fact]
    public void Long_values_are_cut_where_they_differ()
    {
        var start = new string('x', 300);
        var lines = Lines(Change("U", $$"""{"note": "{{start}} paid"}""", $$"""{"note": "{{start}} open"}"""));

        lines[2].ShouldBe("    note  …xxxxxxxxxxx open → …xxxxxxxxxxx paid");
    }

    [Fact]
    public void From_where_and_why_stand_below_and_are_not_cut_apart()
    {
        var context = Json("""{"request_id": "r-2", "reason": "by phone"}""");
        var origin = new Origin("anna", "app", "clerk", new string('p', 60), "10.0.0.9", context);

        Lines(Change("D", null, null) with { Origin = origin }).ShouldBe([
            "2026-01-02 03:04:05.678 · anna (as clerk) · deleted",
            $"{Transaction} · {new string('p', 60)}",
            "    from 10.0.0.9 · request r-2",
            "    because: by phone",
        ]);
    }

    [Fact]
    public void Within_json_only_what_differs_is_shown_with_its_path() =>
        Lines(Change(
            "U",
            """{"contact": {"address": {"city": "Köln", "zip": "1"}, "tags": ["a", "c"]}}""",
            """{"contact": {"address": {"city": "Berlin", "zip": "1"}, "tags": ["a", "b"], "old": 1}}"""))
            .Skip(2)
            .ShouldBe([
                "    contact.address.city  Berlin → Köln",
                "    contact.tags[1]       b → c",
                "    contact.old           1 → (none)",
            ]);

    [Fact]
    public void Values_are_cut_to_the_screen_names_and_people_are_not_and_nothing_steers_it()
    {
        var text = JsonSerializer.Serialize("\u001b[31m漢" + new string('y', 500) + "\n");
        var change = Change("U", $$"""{"{{new string('n', 90)}}": {{text}}}""", $$"""{"{{new string('n', 90)}}": 1}""")
            with { Origin = Origin() with { ActorId = new string('a', 200) }, RecordId = new string('k', 200) };

        var lines = Lines(change);

        lines[0].ShouldContain(new string('a', 200));
        TextWidth.Of(lines[2]).ShouldBeLessThanOrEqualTo(4 + 90 + 2 + 16);
        lines[2].ShouldStartWith($"    {new string('n', 90)}  ");
        string.Concat(lines).ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("""{"updated_at": 1}""", "only updated_at")]
    [InlineData("""{"version": 1, "updated_at": 1}""", "only updated_at, version")]
    [InlineData("""{"version": 1, "note": 1}""", "changed")]
    [InlineData("{}", "changed")]
    public void An_update_of_quiet_columns_alone_is_one_line(string previous, string what)
    {
        var lines = Lines(
            Change("U", """{"id": 7, "version": 2, "updated_at": 2, "note": 2}""", previous),
            new HashSet<string> { "updated_at", "version" });

        lines[0].ShouldBe($"2026-01-02 03:04:05.678 · anna (as app) · {what}");
        (lines.Count == 1).ShouldBe(what.StartsWith("only", StringComparison.Ordinal));
    }

    private static List<string> Lines(LoggedChange change, IReadOnlySet<string>? quiet = null) =>
        [.. new ChangeLines(TimeZoneInfo.Utc, 100, quiet)
            .Of(change, withRecord: false)
            .Select(line => string.Concat(line.Select(span => span.Text)))];

    private static LoggedChange Change(string op, string? data, string? previous) => new(
        1, Time, Guid.Empty, op, "update", 0, "public", "orders", "7", Origin(), Json(data), Json(previous));

    private static Origin Origin() => new("anna", "app", null, null, null, null);

    private static JsonElement? Json(string? text) => text is null ? null : JsonDocument.Parse(text).RootElement;
}
