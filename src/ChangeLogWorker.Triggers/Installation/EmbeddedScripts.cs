using System.Text;

namespace ChangeLogWorker.Triggers.Installation;

/// <summary>All SQL of this program, in the order in which it is installed.</summary>
internal static class EmbeddedScripts
{
    private static readonly string[] Folders = ["Migrations/", "Routines/", "Views/", "Grants/"];

    public static IReadOnlyList<SqlScript> All { get; } = Read();

    private static List<SqlScript> Read()
    {
        var assembly = typeof(EmbeddedScripts).Assembly;
        return [.. from name in assembly.GetManifestResourceNames()
                   let folder = Array.FindIndex(Folders, f => name.StartsWith(f, StringComparison.Ordinal))
                   where folder >= 0
                   orderby folder, name.ToUpperInvariant()
                   select new SqlScript(name, ReadText(name))];

        string ReadText(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);

            // the same text whatever a checkout made of its line ends, or the journal would see a change
            return reader.ReadToEnd().ReplaceLineEndings("\n");
        }
    }
}
