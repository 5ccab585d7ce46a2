using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Terminal;

/// <summary>The usual help, followed by examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command switch
        {
            Verb verb => verb.Examples,
            RootCommand => CommandTree.Examples,
            _ => [],
        };
        var text = parseResult.InvocationConfiguration.Output;
        text.WriteLine("Examples:");
        foreach (var example in examples)
        {
            text.WriteLine($"  {example}");
        }

        text.WriteLine();
        return ExitCode.Done;
    }
}
