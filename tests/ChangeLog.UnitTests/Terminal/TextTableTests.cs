using ChangeLogWorker.Terminal;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_aligned_and_the_last_is_wrapped()
    {
        var table = new TextTable("table", "why");
        table.Add("public.orders", "excluded by public.*");
        table.Add("a", "a foreign table changes on its own server");

        table.Lines(40).ShouldBe([
            "TABLE          WHY",
            "public.orders  excluded by public.*",
            "a              a foreign table changes",
            "               on its own server",
        ]);
    }

    [Fact]
    public void No_line_is_wider_than_asked_whatever_the_cells_hold()
    {
        var table = new TextTable("one", "two", "three");
        table.Add(new string('x', 90), new string('y', 90), new string('漢', 90));

        table.Lines(100).ShouldAllBe(line => TextWidth.Of(line) <= 100);
        string.Concat(table.Lines(100)).Count(character => character == '漢').ShouldBe(90);
    }
}
