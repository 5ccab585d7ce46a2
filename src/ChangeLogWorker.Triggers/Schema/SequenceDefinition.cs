using System.Text.RegularExpressions;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>A sequence as a migration makes it: one that counts otherwise mixes up the order of what it numbers.</summary>
/// <param name="Script">The migration.</param>
/// <param name="Name">Schema and name.</param>
/// <param name="Statement">What makes it anew.</param>
/// <param name="Traits">Its step and bounds, as <see cref="InstalledObject"/> has them.</param>
internal sealed partial record SequenceDefinition(SqlScript Script, string Name, string Statement, IReadOnlyList<string> Traits)
{
    public static IReadOnlyList<SequenceDefinition> All { get; } =
        [.. EmbeddedScripts.All.Where(script => script.IsMigration).SelectMany(Read)];

    private static IEnumerable<SequenceDefinition> Read(SqlScript script) =>
        Sequence().Matches(script.Text).Select(match => new SequenceDefinition(
            script,
            match.Groups["name"].Value,
            match.Value,
            [
                "cache 1", "increment 1", "maxvalue 9223372036854775807",
                $"minvalue {(match.Groups["least"].Success ? match.Groups["least"].Value : "1")}", "no cycle",
            ]));

    [GeneratedRegex(@"^create sequence (?<name>\w+\.\w+) as bigint(?: minvalue (?<least>\d+))? cache 1;$", RegexOptions.Multiline)]
    private static partial Regex Sequence();
}
