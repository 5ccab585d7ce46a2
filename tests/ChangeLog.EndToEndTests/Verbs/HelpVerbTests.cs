using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

public sealed class HelpVerbTests
{
    [Theory]
    [InlineData("")]
    [InlineData("history")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters retry")]
    [InlineData("help")]
    public async Task It_shows_what_the_option_shows(string verb)
    {
        var words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var result = await ChangeLogProgram.RunAsync(null, ["help", .. words]);

        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
        result.Output.ShouldContain($"  changelog {verb}".TrimEnd());
        result.ShouldBe(await ChangeLogProgram.RunAsync(null, [.. words, "--help"]));
    }

    [Theory]
    [InlineData("histroy", "histroy is not a verb of changelog. Did you mean history? See: changelog --help")]
    [InlineData("history orders", "orders is not an argument of changelog history. See: changelog history --help")]
    public async Task A_verb_that_is_none_is_said_with_exit_code_2(string words, string sentence)
    {
        var result = await ChangeLogProgram.RunAsync(null, ["help", .. words.Split(' ')]);

        result.ShouldBe(new ProgramResult(2, string.Empty, $"changelog: {sentence}{Environment.NewLine}"));
    }
}
