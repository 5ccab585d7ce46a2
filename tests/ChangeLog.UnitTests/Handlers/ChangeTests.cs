using System.Text.Json.Nodes;
using ChangeLog.Reading;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

public sealed class ChangeTests
{
    [Theory]
    [InlineData(Operation.Insert, """{"id":1,"n":2}""", null, null, """{"id":1,"n":2}""")]
    [InlineData(
        Operation.Update, """{"id":1,"n":null,"o":{"a":1}}""", """{"n":2,"o":null}""", """{"id":1,"n":2,"o":null}""",
        """{"id":1,"n":null,"o":{"a":1}}""")]
    [InlineData(Operation.Update, """{"id":1}""", "{}", """{"id":1}""", """{"id":1}""")]
    [InlineData(Operation.Delete, """{"id":1}""", null, """{"id":1}""", null)]
    [InlineData(Operation.Truncate, null, null, null, null)]
    [InlineData(Operation.Truncate, """{"partition":"p"}""", null, null, null)]
    [InlineData(Operation.Snapshot, """{"id":1}""", null, null, """{"id":1}""")]
    public void A_change_has_the_row_before_and_the_row_after(
        Operation operation, string? data, string? previous, string? before, string? after)
    {
        var change = Of(operation, data, previous);

        (change.OldRow?.ToJsonString(), change.NewRow?.ToJsonString()).ShouldBe((before, after));
    }

    [Fact]
    public void The_row_before_is_the_callers_own_each_time()
    {
        var change = Of(Operation.Update, """{"id":1,"o":[1]}""", """{"o":[2]}""");
        _ = new JsonObject { ["before"] = change.OldRow };

        change.OldRow!["o"]![0] = 3;

        (change.OldRow.ToJsonString(), change.PreviousData!.ToJsonString(), change.RecordData!.ToJsonString())
            .ShouldBe(("""{"id":1,"o":[2]}""", """{"o":[2]}""", """{"id":1,"o":[1]}"""));
    }

    private static Change Of(Operation operation, string? data, string? previous) => new(
        1,
        Guid.Empty,
        new Transaction(1, DateTime.UnixEpoch, Guid.Empty, null, [], null, null, null, null),
        1,
        "public",
        "item",
        operation,
        "1",
        (JsonObject?)(data is null ? null : JsonNode.Parse(data)),
        (JsonObject?)(previous is null ? null : JsonNode.Parse(previous)));
}
