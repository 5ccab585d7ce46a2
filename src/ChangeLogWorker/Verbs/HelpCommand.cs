using System.CommandLine;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary><c>help</c>: what <c>--help</c> after a verb shows.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string[]> Words = new("verb")
    {
        Description = "A verb, and one of its own if it has any; all verbs if omitted",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Verb Create()
    {
        var verb = new Verb(
            "help",
            "Show the help of a verb, or of all",
            "changelog help history",
            "changelog help dead-letters retry")
        {
            Words,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var root = parsed.RootCommandResult.Command;
        var words = parsed.GetValue(Words) ?? [];
        var verb = root;
        foreach (var word in words)
        {
            var next = verb.Subcommands.FirstOrDefault(command => command.Name == word);
            if (next is null)
            {
                return await WrongUse.SayAsync(WrongUse.Unknown(word, verb));
            }

            verb = next;
        }

        return await root.Parse([.. words, "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancellationToken);
    }
}
