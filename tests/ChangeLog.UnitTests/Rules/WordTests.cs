using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed partial class WordTests
{
    private const string Glossary = "docs/architecture.md";

    [Fact]
    public void What_the_glossary_says_not_to_write_is_not_written()
    {
        var unwanted = Rows().SelectMany(row => Quoted().Matches(row[2]).Select(word => word.Groups[1].Value)).ToList();

        unwanted.Count.ShouldBeGreaterThan(5);
        Pages().Concat(Comments())
            .SelectMany(text => unwanted
                .Where(word => text.Text.Contains(word, StringComparison.OrdinalIgnoreCase))
                .Select(word => $"{text.Path} says '{word}'"))
            .ShouldBeEmpty();
    }

    private static List<string[]> Rows() =>
        [.. Repository.Text(Glossary).Split('\n')
            .SkipWhile(line => line != "| word | meaning | not |")
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|'))];

    // but the glossary's own table
    private static IEnumerable<(string Path, string Text)> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Select(path => (path, Text: Repository.Text(path)))
            .Select(page => page.path == Glossary ? (page.path, TableRow().Replace(page.Text, string.Empty)) : page)
            .Select(page => (page.Item1, OnOneLine(page.Item2)));

    private static IEnumerable<(string Path, string Text)> Comments() =>
        Repository.Sources("src/ChangeLogWorker.Triggers/Sql")
            .Where(file => !file.Path.Contains("/Schema/", StringComparison.Ordinal))
            .Select(file => (file.Path, OnOneLine(string.Join(' ', SqlComment().Matches(file.Text).Select(found =>
                found.Value.TrimStart(' ', '-'))))));

    // a phrase may stand on two lines
    private static string OnOneLine(string text) => Space().Replace(text, " ");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\|.*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\s*--(.*)$|^comment on [^;]*;", RegexOptions.Multiline)]
    private static partial Regex SqlComment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
