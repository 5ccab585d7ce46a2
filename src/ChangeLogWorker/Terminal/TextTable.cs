using System.Text;

namespace ChangeLogWorker.Terminal;

/// <summary>
/// Rows under headers; aligned as plain text, with the last column wrapped if a line would be too long.
/// </summary>
internal sealed class TextTable(params string[] headers)
{
    private const string Gap = "  ";
    private const int LeastLastColumn = 24;
    private readonly List<IReadOnlyList<Span>> _rows = [];

    public IReadOnlyList<string> Headers => headers;

    public IReadOnlyList<IReadOnlyList<Span>> Rows => _rows;

    public void Add(params Span[] cells) => _rows.Add(cells);

    public IEnumerable<string> Lines(int width)
    {
        var columns = Widths(width);
        return Layout([.. headers.Select(header => new Span(header.ToUpperInvariant()))], columns)
            .Concat(_rows.SelectMany(row => Layout(row, columns)));
    }

    private int[] Widths(int width)
    {
        var natural = headers
            .Select((header, index) => _rows.Select(row => TextWidth.Of(row[index].Text)).Append(header.Length).Max())
            .ToArray();

        // the widest of the other columns shrinks first; its cells are wrapped too
        while (natural[..^1].Sum(column => column + Gap.Length) > width - LeastLastColumn && natural[..^1].Max() > 8)
        {
            natural[Array.IndexOf(natural, natural[..^1].Max())]--;
        }

        natural[^1] = Math.Max(1, width - natural[..^1].Sum(column => column + Gap.Length));
        return natural;
    }

    private static IEnumerable<string> Layout(IReadOnlyList<Span> row, int[] columns)
    {
        var cells = row.Select((cell, index) => TextWidth.Wrap(cell.Text, columns[index])).ToArray();
        for (var line = 0; line < cells.Max(cell => cell.Count); line++)
        {
            var text = new StringBuilder();
            for (var column = 0; column < cells.Length; column++)
            {
                var part = line < cells[column].Count ? cells[column][line] : string.Empty;
                text.Append(part).Append(' ', Math.Max(0, columns[column] - TextWidth.Of(part))).Append(Gap);
            }

            yield return text.ToString().TrimEnd();
        }
    }
}
