using ChangeLogWorker;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

/// <summary>What a program that references the worker can see: whatever stands here is promised.</summary>
public sealed class PublicFaceTests
{
    [Fact]
    public void The_worker_shows_what_a_handler_needs_and_nothing_else() =>
        typeof(ChangeLogServices).Assembly.ExportedTypes.Select(type => type.FullName).ShouldBe(
            [
                "ChangeLogWorker.ChangeLogBuilder",
                "ChangeLogWorker.ChangeLogServices",
                "ChangeLogWorker.Changes.Change",
                "ChangeLogWorker.Changes.DomainEvent",
                "ChangeLogWorker.Changes.Entry",
                "ChangeLogWorker.Changes.Operation",
                "ChangeLogWorker.Changes.Page",
                "ChangeLogWorker.Changes.Streams",
                "ChangeLogWorker.Changes.Transaction",
                "ChangeLogWorker.Handlers.HandlerFilter",
                "ChangeLogWorker.Handlers.IHandler",
            ],
            ignoreOrder: true);
}
