using System.CommandLine;

namespace ChangeLogWorker.Terminal;

/// <summary>A verb, with the examples in its help.</summary>
internal sealed class Verb : Command
{
    private readonly string[] _examples;

    public Verb(string name, string description, params string[] examples)
        : base(name, description) => _examples = examples;

    public IReadOnlyList<string> Examples => _examples;

    /// <summary>Sets the verb's action; failures become messages and exit codes.</summary>
    public Verb Does(Func<VerbContext, CancellationToken, Task<int>> action)
    {
        SetAction((parsed, cancellationToken) => VerbRunner.RunAsync(parsed, action, cancellationToken));
        return this;
    }
}
