using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace ChangeLogWorker.Cli;

/// <summary>Measures and cuts text by the columns it takes on a screen, never inside a character.</summary>
internal static class TextWidth
{
    public static int Of(string text) => new Segment(text).CellCount();

    /// <summary>At most <paramref name="width"/> columns, an ellipsis in place of what is left out.</summary>
    public static string Shorten(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        // Split never gives less than one character
        return width > 1 ? Split(text, width - 1).Head + "…" : "…"[..Math.Max(0, width)];
    }

    /// <summary>Lines of at most <paramref name="width"/> columns, broken at spaces where there are any.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var rest = text;
        while (Of(rest) > width)
        {
            var (head, tail) = Split(rest, width);
            var space = tail.StartsWith(' ') ? head.Length : head.LastIndexOf(' ');
            (head, rest) = space > 0 ? (rest[..space], rest[space..].TrimStart()) : (head, tail);
            lines.Add(head);
        }

        lines.Add(rest);
        return lines;
    }

    private static (string Head, string Tail) Split(string text, int width)
    {
        var head = new StringBuilder();
        var columns = 0;
        var characters = StringInfo.GetTextElementEnumerator(text);
        while (characters.MoveNext())
        {
            var character = characters.GetTextElement();
            columns += Of(character);
            if (columns > width && head.Length > 0)
            {
                break;
            }

            head.Append(character);
        }

        return (head.ToString(), text[head.Length..]);
    }
}
