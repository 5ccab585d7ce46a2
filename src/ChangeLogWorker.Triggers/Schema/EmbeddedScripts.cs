using System.Text;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>All SQL of this program, in the order in which it is installed.</summary>
/// <remarks>
/// The folders are subjects. A script is known by its kind and the object that it makes, so a move to another folder changes nothing.
/// </remarks>
internal static class EmbeddedScripts
{
    private const string View = ".view.sql";

    private static readonly string[] Kinds = ["Migrations/", "Routines/", "Views/", "Grants/"];

    public static IReadOnlyList<SqlScript> All { get; } = Read();

    private static List<SqlScript> Read()
    {
        var assembly = typeof(EmbeddedScripts).Assembly;
        return [.. from path in assembly.GetManifestResourceNames()
                   where path.EndsWith(".sql", StringComparison.Ordinal)
                   let name = Name(path)
                   orderby Array.FindIndex(Kinds, kind => name.StartsWith(kind, StringComparison.Ordinal)), name.ToUpperInvariant()
                   select new SqlScript(name, ReadText(path))];

        string ReadText(string path)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(path)!, Encoding.UTF8);

            // the same text whatever a checkout made of its line ends, or the journal would see a change
            return reader.ReadToEnd().ReplaceLineEndings("\n");
        }
    }

    private static string Name(string path)
    {
        var file = path[(path.LastIndexOf('/') + 1)..];
        return path.StartsWith("Schema/Migrations/", StringComparison.Ordinal) || path.StartsWith("Schema/Grants/", StringComparison.Ordinal)
            ? path["Schema/".Length..]
            : file.EndsWith(View, StringComparison.Ordinal) ? $"Views/{file[..^View.Length]}.sql" : $"Routines/{file}";
    }
}
