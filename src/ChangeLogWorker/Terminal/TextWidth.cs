using System.Globalization;
using Spectre.Console.Rendering;

namespace ChangeLogWorker.Terminal;

/// <summary>Measures and cuts text by display columns, never inside a character.</summary>
internal static class TextWidth
{
    public static int Of(string text) => new Segment(text).CellCount();

    /// <summary>At most <paramref name="width"/> columns, with an ellipsis for what is left out.</summary>
    public static string Shorten(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        return width > 1 ? text[..Fitting(text, 0, width - 1)] + "…" : "…"[..Math.Max(0, width)];
    }

    /// <summary>Lines of at most <paramref name="width"/> columns, broken at spaces if possible.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var begin = 0;
        int end;
        while ((end = Fitting(text, begin, width)) < text.Length)
        {
            var space = text[end] == ' ' ? end : text.LastIndexOf(' ', end - 1, end - begin);
            if (space <= begin)
            {
                lines.Add(text[begin..end]);
                begin = end;
                continue;
            }

            lines.Add(text[begin..space]);
            begin = space;
            while (begin < text.Length && char.IsWhiteSpace(text[begin]))
            {
                begin++;
            }
        }

        lines.Add(text[begin..]);
        return lines;
    }

    // the end of what fits from there; always at least one character
    private static int Fitting(string text, int begin, int width)
    {
        var (end, columns) = (begin, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            columns += length == 1 && char.IsAscii(text[end]) && !char.IsControl(text[end])
                ? 1
                : Of(text.Substring(end, length));
            if (columns > width && end > begin)
            {
                break;
            }

            end += length;
        }

        return end;
    }
}
