using System.CommandLine;
using System.CommandLine.Completions;
using ChangeLogWorker.Terminal;

namespace ChangeLogWorker.Verbs;

/// <summary><c>help</c>: what <c>--help</c> after a verb shows.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string[]> Words = WordsArgument();

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
        var (verb, unknown) = Find(root, words);
        return unknown is not null
            ? await WrongUse.SayAsync(WrongUse.Unknown(unknown, verb))
            : await root.Parse([.. words, "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancellationToken);
    }

    private static (Command Verb, string? Unknown) Find(Command root, IEnumerable<string> words)
    {
        var verb = root;
        foreach (var word in words)
        {
            if (verb.Subcommands.FirstOrDefault(command => command.Name == word) is not { } next)
            {
                return (verb, word);
            }

            verb = next;
        }

        return (verb, null);
    }

    private static Argument<string[]> WordsArgument()
    {
        var argument = new Argument<string[]>("verb")
        {
            Description = "A verb, and one of its own if it has any; all verbs if omitted",
            Arity = ArgumentArity.ZeroOrMore,
        };
        argument.CompletionSources.Add(context =>
            Find(context.ParseResult.RootCommandResult.Command, context.ParseResult.GetValue(argument) ?? [])
                .Verb.Subcommands.Select(command => new CompletionItem(command.Name)));
        return argument;
    }
}
