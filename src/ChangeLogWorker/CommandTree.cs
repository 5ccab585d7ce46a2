using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Verbs;
using ChangeLogWorker.Verbs.Blame;
using ChangeLogWorker.Verbs.Changes;
using ChangeLogWorker.Verbs.Completion;
using ChangeLogWorker.Verbs.History;
using ChangeLogWorker.Verbs.Past;
using ChangeLogWorker.Verbs.Undo;

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
            return await WrongUse.SayAsync(WrongUse.Sentences(parsed));
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
            BlameCommand.Create(),
            ChangesCommand.Create(),
            ShowCommand.Create(),
            DiffCommand.Create(),
            TransactionCommand.Create(),
            UndoCommand.Create(),
            TimelineCommand.Create(),
            RebuildCommand.Create(),
            DeadLettersCommand.Create(),
            RedactCommand.Create(),
            LinksCommand.Create(),
            DemoCommand.Create(),
            HelpCommand.Create(),
            CompletionCommand.Create(),
        };
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        RunCommand.MakeDefaultOf(root);
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        }

        return root;
    }
}
