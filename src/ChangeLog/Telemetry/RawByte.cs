using System.Text;
using System.Text.RegularExpressions;

namespace ChangeLog.Telemetry;

/// <summary>
/// A non-UTF-8 byte of a SQL_ASCII database, kept as a character that no text uses and shown as <c>\xE4</c>.
/// </summary>
/// <remarks>
/// Uses the end of the last private-use plane: a text may hold any byte, JSON stays valid, and nothing is lost.
/// </remarks>
internal static partial class RawByte
{
    private const int First = 0x10FE80;

    private const int Last = 0x10FEFF;

    public static bool IsMark(Rune rune) => rune.Value is >= First and <= Last;

    public static byte Of(Rune mark) => (byte)(mark.Value & 0xFF);

    public static string Mark(byte value) => new Rune(0x10FE00 + value).ToString();

    /// <summary>JSON in which the marks, which the serialiser has escaped, are shown as on a terminal.</summary>
    public static string InJson(string json) =>
        json.Contains("\\uDBFF\\uDE", StringComparison.Ordinal) ? EscapedMark().Replace(json, "\\\\x$1") : json;

    // not after an escaped backslash: that is the application's own text
    [GeneratedRegex(@"(?<=(?<!\\)(?:\\\\)*)\\uDBFF\\uDE([89A-F][0-9A-F])")]
    private static partial Regex EscapedMark();
}
