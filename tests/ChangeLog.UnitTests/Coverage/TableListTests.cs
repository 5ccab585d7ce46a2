using ChangeLog.Handlers.Timelines;
using ChangeLog.Redaction;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Redaction;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Coverage;

public sealed class TableListTests
{
    [Fact]
    public void Given_nowhere_there_is_no_list() =>
        TableList.NonLogged(Of(("ChangeLog:NonLoggedTables", null))).ShouldBeNull();

    [Fact]
    public void Given_empty_it_is_a_list_of_none() =>
        TableList.NonLogged(Of(("NON_LOGGED_TABLES", string.Empty))).ShouldBe([]);

    [Fact]
    public void The_environment_variable_replaces_the_setting() =>
        TableList.NonLogged(Of(("ChangeLog:NonLoggedTables:0", "a"), ("NON_LOGGED_TABLES", "b,c"))).ShouldBe(["b,c"]);

    [Fact]
    public void A_text_or_a_list_is_taken() =>
        (TableList.Schemas(Of(("ChangeLog:Schemas", " a, b ,")))!, TableList.Schemas(Of(("ChangeLog:Schemas:0", "a")))!)
            .ShouldSatisfyAllConditions(
                lists => lists.Item1.ShouldBe(["a", "b"]),
                lists => lists.Item2.ShouldBe(["a"]));

    [Fact]
    public void The_last_source_gives_the_whole_list()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                [KeyValuePair.Create("ChangeLog:Schemas:0", (string?)"a"), new("ChangeLog:Schemas:1", "b")])
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:Schemas:0", (string?)"c")])
            .Build();

        TableList.Schemas(configuration).ShouldBe(["c"]);
    }

    [Fact]
    public void The_last_source_gives_the_whole_object()
    {
        var configuration = Of(
            [("ChangeLog:Links:Policies:public.notes", "delete"), ("ChangeLog:Links:Policies:public.tasks", "keep")],
            [("ChangeLog:Links:Policies:0", "notes=keep"), ("ChangeLog:Links:Policies:drafts", "nullify")]);

        TableList.Pairs(configuration, "ChangeLog:Links:Policies").ShouldBe(["notes=keep", "drafts=nullify"]);
    }

    [Fact]
    public void A_source_within_another_is_a_source()
    {
        var inner = Of([("ChangeLog:Schemas:0", "a"), ("ChangeLog:Schemas:1", "b")], [("ChangeLog:Schemas:0", "c")]);

        TableList.Schemas(new ConfigurationBuilder().AddConfiguration(inner).Build()).ShouldBe(["c"]);
    }

    [Fact]
    public void A_rule_takes_nothing_from_the_rules_of_another_source()
    {
        var configuration = Of(
            [("ChangeLog:Redaction:Rules:0:Table", "public.customers"),
                ("ChangeLog:Redaction:Rules:0:Column", "tax_id"),
                ("ChangeLog:Redaction:Rules:0:Way", "Hash"), ("ChangeLog:Redaction:Rules:1:Column", "pin")],
            [("ChangeLog:Redaction:Rules:0:Column", "*iban*")]);

        RedactionRules.Given(configuration)!.Select(rule => (rule.Table, rule.Column, rule.Way))
            .ShouldBe([(null, "*iban*", RedactionMethod.Mask)]);
    }

    [Fact]
    public void A_timeline_takes_nothing_from_the_timelines_of_another_source()
    {
        var configuration = Of(
            [
                ("ChangeLog:Timelines:0:Root", "orders"), ("ChangeLog:Timelines:0:Table", "order_log"),
                ("ChangeLog:Timelines:1:Root", "carts")],
            [("ChangeLog:Timelines:0:Root", "plans"), ("ChangeLog:Timelines:0:Children", "a, b")]);

        var timeline = TimelineSettings.Read(configuration).Values.ShouldHaveSingleItem();
        (timeline.Root, timeline.Table).ShouldBe(("plans", null));
        timeline.Children.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void What_is_null_in_a_later_source_is_not_given_there() =>
        RedactionRules.Given(
            Of([("ChangeLog:Redaction:Rules:0:Column", "pin")], [("ChangeLog:Redaction:Rules", null)]))!
            .Count.ShouldBe(1);

    private static IConfigurationRoot Of(params (string Key, string? Value)[][] sources)
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in sources)
        {
            builder.AddInMemoryCollection(source.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        }

        return builder.Build();
    }

    private static IConfigurationRoot Of(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            .Build();
}
