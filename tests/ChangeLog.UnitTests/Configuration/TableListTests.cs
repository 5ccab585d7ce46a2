using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Configuration;

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
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:Schemas:0", (string?)"a"), new("ChangeLog:Schemas:1", "b")])
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:Schemas:0", (string?)"c")])
            .Build();

        TableList.Schemas(configuration).ShouldBe(["c"]);
    }

    private static IConfigurationRoot Of(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            .Build();
}
