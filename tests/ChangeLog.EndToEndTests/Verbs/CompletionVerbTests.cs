using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

/// <summary>The script for bash, as bash calls it on Tab, with the program at a path of its own.</summary>
public sealed class CompletionVerbTests
{
    // as bash sets them for the words given; prints what it would offer
    private const string OnTab =
        """
        set -u
        source <("$1" completion bash)
        complete -p changelog >/dev/null || exit
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        _changelog
        [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("h", "help,history")]
    [InlineData("inst", "install")]
    [InlineData("history --",
        "--actor,--children,--column,--config,--full,--help,--json,--limit,--since,--time-zone,--until")]
    [InlineData("history orders 42 --ch", "--children")]
    [InlineData("dead-letters ", "discard,list,retry")]
    [InlineData("dead-letters retry --a", "--all")]
    [InlineData("completion ", "bash,fish,zsh")]
    [InlineData("help dead-letters r", "retry")]
    [InlineData("history ", "")]
    [InlineData("status --config /", "")]
    public async Task Bash_offers_what_may_come_next(string typed, string offered)
    {
        var result = await OnTabAsync(typed);

        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
            .ShouldBe(offered.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Bash_offers_every_verb_and_no_option_before_a_dash()
    {
        var offered = (await OnTabAsync("")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        offered.ShouldBe(
            ChangeLogWorker.CommandTree.Root().Subcommands.Select(verb => verb.Name), ignoreOrder: true);
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef changelog")]
    [InlineData("fish", "complete -c changelog")]
    public async Task Each_shell_has_its_script(string shell, string line)
    {
        var result = await ChangeLogProgram.RunAsync(null, "completion", shell);

        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
        result.Output.ShouldContain(line);
        result.Output.ShouldContain("[suggest:");
    }

    [Fact]
    public async Task Another_shell_is_refused_in_a_sentence()
    {
        var result = await ChangeLogProgram.RunAsync(null, "completion", "tcsh");

        result.ShouldBe(new ProgramResult(
            2,
            string.Empty,
            "changelog: There is no completion for tcsh, only for bash, zsh and fish. "
            + $"See: changelog completion --help{Environment.NewLine}"));
    }

    private static async Task<ProgramResult> OnTabAsync(string typed)
    {
        await using var bash = RunningProgram.Start(
            "bash", ["--norc", "-c", OnTab, "bash", ChangeLogProgram.File, .. typed.Split(' ')], []);
        return await bash.WaitForExitAsync();
    }
}
