using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

public sealed class HandlerSetTests
{
    private static readonly IHandler[] BuiltIn = [new NamedHandler("enrich")];

    [Theory]
    [InlineData(true, new[] { "enrich", "a", "b" })]
    [InlineData(false, new[] { "a", "b" })]
    public void The_built_in_handlers_run_beside_the_others_unless_told_otherwise(bool runsBuiltIn, string[] names) =>
        HandlerSet.Compose(BuiltIn, runsBuiltIn, [new NamedHandler("a"), new NamedHandler("b")])
            .Select(handler => handler.Name)
            .ShouldBe(names);

    [Fact]
    public void A_handler_without_a_filter_is_handed_the_page_itself()
    {
        var handler = new NamedHandler("a");

        HandlerSet.Compose([], true, [handler]).ShouldBe([handler]);
    }

    [Fact]
    public void A_filter_hides_nothing_else_of_its_handler()
    {
        var handler = new NamedHandler("a", Streams.Both, new HandlerFilter { EventTypes = ["x"] });

        var filtered = HandlerSet.Compose([], true, [handler]).Single();

        (filtered.Name, filtered.Reads, filtered.FromNow).ShouldBe(("a", Streams.Both, false));
        filtered.ShouldNotBe(handler);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_that_is_wrong_with_names_is_said_at_once(bool runsBuiltIn) =>
        Problems(
            runsBuiltIn, new NamedHandler(" "), new NamedHandler("enrich"),
            new NamedHandler("a"), new NamedHandler("a"))
            .ShouldBe(
            [
                "A handler has no usable name (NamedHandler): give it one that is not blank.",
                "A handler is named enrich, as one of ChangeLog's own is. Give it another name.",
                "2 handlers are named a. Each needs a name of its own, under which its cursor is kept.",
            ]);

    [Fact]
    public void A_filter_that_could_never_let_anything_pass_is_refused() =>
        Problems(
            true,
            new NamedHandler("a", Streams.Events, new HandlerFilter { Tables = ["x"] }),
            new NamedHandler("b", Streams.Events, new HandlerFilter { Operations = [Operation.Insert] }),
            new NamedHandler("c", Streams.Changes, new HandlerFilter { EventTypes = ["x"] }),
            new NamedHandler("d", Streams.Both, new HandlerFilter { Tables = ["a.b.c"], EventTypes = [" "] })).ShouldBe(
            [
                "The filter of the handler a is invalid: it reads events, which have neither tables nor "
                + "operations. "
                + "Let it read changes, or both.",
                "The filter of the handler b is invalid: it reads events, which have neither tables nor "
                + "operations. "
                + "Let it read changes, or both.",
                "The filter of the handler c is invalid: it reads changes, which have no event type. "
                + "Let it read events, or both.",
                "The filter of the handler d is invalid: an event type is blank.",
                "The filter of the handler d is invalid: Tables: 'a.b.c' is malformed: a table is schema.table; "
                + "a name with a dot must be double-quoted. Write schema.table, schema.* or table, "
                + "separated by commas.",
            ]);

    private static IReadOnlyList<string> Problems(bool runsBuiltIn, params IHandler[] handlers) =>
        Should.Throw<SettingsException>(() => HandlerSet.Compose(BuiltIn, runsBuiltIn, handlers)).Problems;
}
