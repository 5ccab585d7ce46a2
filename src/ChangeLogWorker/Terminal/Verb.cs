using System.CommandLine;

namespace ChangeLogWorker.Terminal;

/// <summary>A verb of the program, with the examples that its help shows.</summary>
internal sealed class Verb : Command
{
    private readonly string[] _examples;

    public Verb(string name, string description, params string[] examples)
        : base(name, description) => _examples = examples;

    public IReadOnlyList<string> Examples => _examples;

    /// <summary>Gives the verb what it does; failures become sentences and exit codes around it.</summary>
    public Verb Does(Func<VerbContext, CancellationToken, Task<int>> action)
    {
        SetAction((parsed, cancellationToken) => VerbRunner.RunAsync(parsed, action, cancellationToken));
        return this;
    }
}
