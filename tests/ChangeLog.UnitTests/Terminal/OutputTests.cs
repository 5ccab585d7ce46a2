using ChangeLogWorker.Terminal;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

public sealed class OutputTests
{
    [Fact]
    public void What_is_wrapped_stands_below_its_beginning_and_nothing_of_it_is_left_out()
    {
        using var text = new StringWriter();
        var words = string.Join(", ", Enumerable.Range(1, 40).Select(n => $"public.table_{n}"));

        new Output(text, TextWriter.Null, terminal: null, json: false)
            .Hanging(words, new Span("  excluded       ", TextStyle.Dim));

        var lines = text.ToString().TrimEnd().Split('\n');
        lines[0].ShouldStartWith("  excluded       public.table_1, ");
        lines.Skip(1).ShouldAllBe(line => line.StartsWith("                 public.", StringComparison.Ordinal));
        lines.ShouldAllBe(line => line.Length <= Output.PlainWidth);
        string.Join(' ', lines.Select(line => line[17..].Trim())).ShouldBe(words);
    }
}
