using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class LineTests
{
    private const int Columns = 120;

    // a folder stands for all below it
    private static readonly string[] Wrapped =
    [
        "src/ChangeLogWorker.Triggers/Sql/Capture",
        "src/ChangeLogWorker.Triggers/Sql/Coverage",
        "src/ChangeLogWorker.Triggers/Sql/Dispatching",
        "src/ChangeLogWorker.Triggers/Sql/Events",
        "src/ChangeLogWorker.Triggers/Sql/Handlers",
        "src/ChangeLogWorker.Triggers/Sql/History",
        "src/ChangeLogWorker.Triggers/Sql/Keys",
        "src/ChangeLogWorker.Triggers/Sql/Notifying",
        "src/ChangeLogWorker.Triggers/Sql/Postgres",
        "src/ChangeLogWorker.Triggers/Sql/Reading",
        "src/ChangeLogWorker.Triggers/Sql/Redaction",
        "tests/ChangeLog.Benchmarks",
        "tests/ChangeLog.EndToEndTests",
        "tests/ChangeLog.IntegrationTests/Capture",
        "tests/ChangeLog.IntegrationTests/Coverage",
        "tests/ChangeLog.IntegrationTests/Demo",
        "tests/ChangeLog.IntegrationTests/Dispatching",
        "tests/ChangeLog.IntegrationTests/Events",
        "tests/ChangeLog.IntegrationTests/Handlers",
        "tests/ChangeLog.IntegrationTests/History",
        "tests/ChangeLog.IntegrationTests/Keys",
        "tests/ChangeLog.IntegrationTests/Notifying",
        "tests/ChangeLog.IntegrationTests/Postgres",
        "tests/ChangeLog.IntegrationTests/Reading",
        "tests/ChangeLog.IntegrationTests/Redaction",
        "tests/ChangeLog.IntegrationTests/Status",
        "tests/ChangeLog.IntegrationTests/Telemetry",
        "tests/ChangeLog.IntegrationTests/TestSupport",
        "tests/ChangeLog.UnitTests",
    ];

    [Fact]
    public void No_line_of_a_wrapped_folder_is_longer_than_120_columns() =>
        Wrapped.SelectMany(Repository.Sources)
            .SelectMany(file => file.Text.Split('\n').Select((line, index) => (file.Path, index, line.Length)))
            .Where(line => line.Length > Columns)
            .Select(line => $"{line.Path}:{line.index + 1} has {line.Length} columns")
            .ShouldBeEmpty();
}
