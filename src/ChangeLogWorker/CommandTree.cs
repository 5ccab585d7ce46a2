using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ChangeLog.Telemetry;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Verbs;

namespace ChangeLogWorker;

/// <summary>The program's verbs; the default is <c>run</c>.</summary>
internal static class CommandTree
{
    // a container engine kills what has not ended within ten seconds; a worker ends within five by itself
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(9);

    public static IReadOnlyList<string> Examples { get; } =
    [
        "changelog demo                             see it work, without a database of your own",
        "changelog install                          install in the database of ConnectionStrings__ChangeLog",
        "changelog run                              work until stopped; the same as changelog alone",
        "changelog history orders 42                what happened to one row",
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var sentence in Sentences(parsed))
            {
                await Console.Error.WriteLineAsync($"changelog: {EscapedText.Of(sentence)}");
            }

            return ExitCode.WrongUse;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
        });
    }

    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Logs every change to every row of a PostgreSQL database, and who made it. The default verb is run.")
        {
            RunCommand.Create(),
            InstallCommand.Create(),
            UninstallCommand.Create(),
            ReconcileCommand.Create(),
            StatusCommand.Create(),
            HistoryCommand.Create(),
            ChangesCommand.Create(),
            TransactionCommand.Create(),
            TimelineCommand.Create(),
            RebuildCommand.Create(),
            DeadLettersCommand.Create(),
            RedactCommand.Create(),
            LinksCommand.Create(),
            DemoCommand.Create(),
            GlobalOptions.Config,
            GlobalOptions.Json,
        };
        RunCommand.MakeDefaultOf(root);
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }

        return root;
    }

    private static IEnumerable<string> Sentences(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens;
        var help = $"{Typed(verb)} --help";
        return unmatched.Count == 0
            ? parsed.Errors.Select(error => $"{error.Message.TrimEnd('.')}. See: {help}")
            : unmatched.Take(1).Select(token => Unknown(token, verb) + $" See: {help}");
    }

    private static string Unknown(string token, Command verb)
    {
        var isOption = token.StartsWith('-');
        var known = isOption
            ? verb.Options.Concat([GlobalOptions.Config, GlobalOptions.Json]).Select(option => option.Name).Distinct()
            : verb.Subcommands.Select(command => command.Name);
        var near = NearestName.Near(token, known);
        var noun = isOption ? "an option" : verb.Subcommands.Count > 0 ? "a verb" : "an argument";
        return $"{token} is not {noun} of {Typed(verb)}."
            + (near.Count == 0 ? string.Empty : $" Did you mean {string.Join(" or ", near)}?");
    }

    private static string Typed(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Typed(parent)} {verb.Name}" : "changelog";
}
