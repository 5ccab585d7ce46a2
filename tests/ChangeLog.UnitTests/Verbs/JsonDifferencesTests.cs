using System.Text.Json;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Verbs;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Verbs;

public sealed class JsonDifferencesTests
{
    [Theory]
    [InlineData("""{"a": 1, "b": {"c": 2, "d": 3}}""", """{"b": {"d": 4, "c": 2}, "a": 1}""", "j.b.d 3>4")]
    [InlineData("""{"a": 1}""", """{"b": null}""", "j.a 1>(none)|j.b (none)>null")]
    [InlineData("[1, 2, {\"x\": 3}]", "[1, 5, {\"x\": 4}]", "j[1] 2>5|j[2].x 3>4")]
    [InlineData("[1, 2]", "[2]", "j [1,2]>[2]")]
    [InlineData("""{"a b": 1, "": 2, "ü-1": 3}""", "{}", "j[\"a b\"] 1>(none)|j[\"\"] 2>(none)|j.ü-1 3>(none)")]
    [InlineData("""{"a": {"b": 1}}""", """{"a": [1]}""", "j.a {\"b\":1}>[1]")]
    [InlineData("""{"a": 1}""", """{ "a": 1 }""", "j {\"a\":1}>{\"a\":1}")]
    [InlineData("1", "2", "j 1>2")]
    [InlineData("{}", "null", "j {}>null")]
    public void Each_difference_has_its_path(string before, string after, string expected) =>
        string.Join('|', Of(Json(before), Json(after))).ShouldBe(expected);

    [Fact]
    public void What_is_very_deep_is_shown_as_a_whole()
    {
        static string Nested(int value) =>
            string.Concat(Enumerable.Repeat("[", 60)) + value + string.Concat(Enumerable.Repeat("]", 60));

        var only = Of(Json(Nested(1)), Json(Nested(2))).ShouldHaveSingleItem();

        only.ShouldStartWith("j" + string.Concat(Enumerable.Repeat("[0]", 32)) + " [");
    }

    [Fact]
    public void A_value_that_was_not_there_is_one_difference() =>
        JsonDifferences.Of("j", null, Json("{}")).ShouldHaveSingleItem().Name.ShouldBe("j");

    private static IEnumerable<string> Of(JsonElement before, JsonElement after) =>
        JsonDifferences.Of("j", before, after)
            .Select(one => $"{one.Name} {Printable.Of(one.Before)}>{Printable.Of(one.After)}");

    private static JsonElement Json(string text) =>
        JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 100 }).RootElement;
}
