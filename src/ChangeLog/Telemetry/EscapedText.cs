using System.Globalization;
using System.Text;

namespace ChangeLog.Telemetry;

/// <summary>
/// Untrusted text, made safe for terminals and log lines: nothing in it steers, hides or ends a line.
/// </summary>
/// <remarks>Idempotent, so that each layer may apply it.</remarks>
internal static class EscapedText
{
    // invisible characters that Unicode classifies as letters or marks
    private static readonly Rune[] Fillers =
    [
        new(0x034F), new(0x115F), new(0x1160), new(0x17B4), new(0x17B5), new(0x180B), new(0x180C), new(0x180D), new(
            0x180F),
        new(0x2800), new(0x3164), new(0xFFA0),
    ];

    public static string Of(string text)
    {
        if (!text.Any(c => c is < ' ' or > '~'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
                i++;
                continue;
            }

            i += rune.Utf16SequenceLength;
            if (!IsOdd(rune))
            {
                escaped.Append(rune);
                continue;
            }

            escaped.Append(Escape(rune));
        }

        return escaped.ToString();
    }

    private static bool IsOdd(Rune rune) =>
        Rune.GetUnicodeCategory(
            rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
        || RawByte.IsMark(rune)
        || Fillers.Contains(rune);

    private static string Escape(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when RawByte.IsMark(rune) => $"\\x{RawByte.Of(rune):X2}",
        > 0xFFFF and var value => $"\\U{value:x8}",
        var value => $"\\u{value:x4}",
    };
}
