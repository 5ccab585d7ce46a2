using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class LineTests
{
    private const int Columns = 120;

    private static readonly string[] Folders = ["src", "tests", "samples"];

    [Fact]
    public void No_line_of_csharp_or_sql_is_longer_than_120_columns() =>
        Folders.SelectMany(Repository.Sources)
            .SelectMany(file => file.Text.Split('\n').Select((line, index) => (file.Path, index, line.Length)))
            .Where(line => line.Length > Columns)
            .Select(line => $"{line.Path}:{line.index + 1} has {line.Length} columns")
            .ShouldBeEmpty();
}
