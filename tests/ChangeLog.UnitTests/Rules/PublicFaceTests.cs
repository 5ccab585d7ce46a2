using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

/// <summary>The public surface of the library: whatever is listed here is promised.</summary>
public sealed class PublicFaceTests
{
    [Fact]
    public void The_worker_shows_what_a_handler_needs_and_nothing_else() =>
        typeof(ChangeLogServices).Assembly.ExportedTypes.Select(type => type.FullName).ShouldBe(
            [
                "ChangeLog.ChangeLogBuilder",
                "ChangeLog.ChangeLogServices",
                "ChangeLog.Reading.Change",
                "ChangeLog.Reading.DomainEvent",
                "ChangeLog.Reading.Entry",
                "ChangeLog.Reading.Operation",
                "ChangeLog.Reading.Page",
                "ChangeLog.Reading.Streams",
                "ChangeLog.Reading.Transaction",
                "ChangeLog.Handlers.HandlerFilter",
                "ChangeLog.Handlers.IHandler",
            ],
            ignoreOrder: true);
}
