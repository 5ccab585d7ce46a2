using System.Text;
using System.Text.RegularExpressions;

namespace ChangeLog.Telemetry;

/// <summary>
/// A byte of a SQL_ASCII database that is no UTF-8, kept as a character that no text has, and shown as <c>\xE4</c>.
/// </summary>
/// <remarks>
/// The end of the last private-use plane: a text may hold any byte, JSON stays JSON, and nothing of it is lost.
/// </remarks>
internal static partial class RawByte
{
    private const int First = 0x10FE80;

    private const int Last = 0x10FEFF;

    public static bool IsMark(Rune rune) => rune.Value is >= First and <= Last;

    public static byte Of(Rune mark) => (byte)(mark.Value & 0xFF);

    public static string Mark(byte value) => new Rune(0x10FE00 + value).ToString();

    /// <summary>JSON in which the marks, which the serialiser has escaped, read as on a terminal.</summary>
    public static string InJson(string json) =>
        json.Contains("\\uDBFF\\uDE", StringComparison.Ordinal) ? EscapedMark().Replace(json, "\\\\x$1") : json;

    // not behind a backslash that is itself escaped: that is a text of the application's
    [GeneratedRegex(@"(?<=(?<!\\)(?:\\\\)*)\\uDBFF\\uDE([89A-F][0-9A-F])")]
    private static partial Regex EscapedMark();
}
