using System.Text;
using ChangeLogWorker.Triggers.Schema.Scripts;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>
/// One thing that the catalog says of a table, sequence or view of ChangeLog's, or who may do what with an object.
/// </summary>
/// <remarks>
/// What must be said of an installation stands in <c>Installed.txt</c>, which a test writes anew
/// (docs/contributing.md), as the catalog prints it: the script of a table does not say what a database that is older
/// has to become.
/// </remarks>
/// <param name="Kind">
/// <c>table</c>, <c>sequence</c>, <c>column</c>, <c>not null</c>, <c>default</c>, <c>identity</c>, <c>constraint</c>,
/// <c>index</c>, <c>trigger</c>, <c>enabled</c>, <c>rule</c>, <c>child</c> or <c>rights</c>.
/// </param>
/// <param name="Relation">Schema and name; of rights the object, as a statement names it.</param>
/// <param name="Name">The column's, constraint's, index's or trigger's; else empty.</param>
/// <param name="Definition">As SQL writes it.</param>
internal sealed record SchemaFact(string Kind, string Relation, string Name, string Definition)
{
    private const string Resource = "Schema/Installed.txt";

    public static IReadOnlyList<SchemaFact> Expected { get; } = ReadAll();

    /// <summary>
    /// Identity; constraints and indexes are matched by definition, since the server may have chosen their names.
    /// </summary>
    public string Key =>
        Kind is "constraint"
            or "index" ? $"{Kind}\t{Relation}\t{Definition}" : $"{Kind}\t{Relation}\t{Name}\t{Definition}";

    public string Subject => $"{Kind}\t{Relation}\t{Name}";

    /// <summary>Grants, such as <c>SELECT of changelog_reader</c>.</summary>
    public IEnumerable<string> Rights => Definition.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The file's format: without partitions, which depend on the date.</summary>
    public static string Print(IEnumerable<SchemaFact> facts)
    {
        var text = new StringBuilder();
        foreach (var fact in facts.Where(
            fact => OwnNames.Parent(fact.Relation) is null).OrderBy(fact => fact.Subject, StringComparer.Ordinal))
        {
            text.Append(fact.Subject).Append('\t').Append(fact.Definition).Append('\n');
        }

        return text.ToString();
    }

    private static List<SchemaFact> ReadAll()
    {
        using var reader = new StreamReader(
            typeof(SchemaFact).Assembly.GetManifestResourceStream(Resource)!, Encoding.UTF8);
        return
        [
            .. from line in reader.ReadToEnd().ReplaceLineEndings(
                "\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)
               let part = line.Split('\t')
               select new SchemaFact(part[0], part[1], part[2], part[3]),
        ];
    }
}
