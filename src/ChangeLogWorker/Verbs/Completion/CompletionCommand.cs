using System.CommandLine;
using System.Reflection;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Verbs.Completion;

/// <summary>
/// <c>completion</c>: prints a shell's script, which asks the program itself, by the directive [suggest].
/// </summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    private static readonly Argument<string> Shell = ShellArgument();

    public static Verb Create()
    {
        var verb = new Verb(
            "completion",
            "Print the script that completes verbs and options on Tab",
            "source <(changelog completion bash)        in ~/.bashrc",
            "source <(changelog completion zsh)         in ~/.zshrc, after compinit",
            "changelog completion fish > ~/.config/fish/completions/changelog.fish")
        {
            Shell,
        };
        verb.SetAction(PrintAsync);
        return verb;
    }

    private static async Task<int> PrintAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var script = $"Verbs/Completion/changelog.{parsed.GetValue(Shell)}";
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(script)!);
        await Console.Out.WriteAsync((await reader.ReadToEndAsync(cancellationToken)).AsMemory(), cancellationToken);
        return ExitCode.Done;
    }

    private static Argument<string> ShellArgument()
    {
        var argument = new Argument<string>("shell")
        {
            Description = "bash, zsh or fish",
        };
        argument.CompletionSources.Add(Shells);
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var shell }] && !Shells.Contains(shell))
            {
                result.AddError($"There is no completion for {shell}, only for bash, zsh and fish");
            }
        });
        return argument;
    }
}
