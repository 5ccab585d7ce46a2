using System.Text.RegularExpressions;

namespace ChangeLog.UnitTests.Rules;

/// <summary>A C# file and what the rules ask of it.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>The folder within the project: Handlers/Enrichment; empty at its root.</summary>
    public string Folder => string.Join('/', Path.Split('/')[2..^1]);

    public IEnumerable<string> Imports =>
        Using().Matches(Text).Select(found => found.Groups[1].Value.Replace('.', '/'));

    public IReadOnlyList<string> Types => [.. TypeDeclaration().Matches(Text).Select(found => found.Groups[1].Value)];

    [GeneratedRegex(@"^(?:global )?using (?:static )?ChangeLogWorker\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^(?:(?:public|internal|sealed|static|abstract|partial|readonly|file) )*"
            + @"(?:class|record struct|record|struct|interface|enum) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
