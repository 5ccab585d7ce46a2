using System.Text;
using System.Text.RegularExpressions;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>This program's SQL, in installation order.</summary>
/// <remarks>
/// Folders are subjects. A script is identified by its kind and object, so that moving it changes nothing. Tables come
/// first, each after what its text needs: referenced tables and called functions.
/// </remarks>
internal static partial class EmbeddedScripts
{
    private static readonly string[] Kinds = ["Tables/", "Migrations/", "Routines/", "Views/", "Grants/"];

    // the suffix says what a file creates; without one it is a routine
    private static readonly (string Suffix, string Kind)[] Suffixes =
        [(".table.sql", "Tables/"), (".sequence.sql", "Tables/"), (".view.sql", "Views/"), (".sql", "Routines/")];

    // creates the schemas and the journal, which every script is recorded in
    private const string First = "Tables/changelog.script.sql";

    public static IReadOnlyList<SqlScript> All { get; } = InOrder(Read());

    private static List<SqlScript> Read()
    {
        var assembly = typeof(EmbeddedScripts).Assembly;
        return [.. from path in assembly.GetManifestResourceNames()
                   where path.EndsWith(".sql", StringComparison.Ordinal)
                   let name = Name(path)
                   let kind = Array.FindIndex(Kinds, kind => name.StartsWith(kind, StringComparison.Ordinal))
                   orderby name != First, kind, name.ToUpperInvariant()
                   select new SqlScript(name, ReadText(path))];

        string ReadText(string path)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(path)!, Encoding.UTF8);

            // independent of the checkout's line endings, which would look like a change
            return reader.ReadToEnd().ReplaceLineEndings("\n");
        }
    }

    private static List<SqlScript> InOrder(List<SqlScript> scripts)
    {
        var makers = scripts
            .Where(script => script.IsTable || script.IsRoutine)
            .SelectMany(
                script => OwnNames.Relations(script).Concat(OwnNames.Routines(script)).Select(made => (made, script)))
            .ToLookup(maker => maker.made, maker => maker.script);
        List<SqlScript> ordered = [];
        scripts.ForEach(Add);
        return ordered;

        void Add(SqlScript script)
        {
            if (ordered.Contains(script))
            {
                return;
            }

            if (script.IsTable)
            {
                foreach (var needed in Needed().Matches(
                    script.Text).SelectMany(match => makers[match.Groups["name"].Value])
                    .Where(needed => needed != script))
                {
                    Add(needed);
                }
            }

            ordered.Add(script);
        }
    }

    private static string Name(string path)
    {
        var file = path[(path.LastIndexOf('/') + 1)..];
        if (path.StartsWith("Schema/Migrations/", StringComparison.Ordinal)
            || path.StartsWith("Schema/Grants/", StringComparison.Ordinal))
        {
            return path["Schema/".Length..];
        }

        var (suffix, kind) = Suffixes.First(one => file.EndsWith(one.Suffix, StringComparison.Ordinal));
        return $"{kind}{file[..^suffix.Length]}.sql";
    }

    [GeneratedRegex(@"\breferences (?<name>\w+\.\w+)|\bfrom (?<name>\w+\.\w+)|\b(?<name>\w+\.\w+)\(")]
    private static partial Regex Needed();
}
