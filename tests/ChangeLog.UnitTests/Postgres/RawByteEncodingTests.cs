using System.Text;
using ChangeLog.Postgres;
using ChangeLog.Telemetry;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class RawByteEncodingTests
{
    [Theory]
    [InlineData("4D FC 6C", "M\\xFCl")]
    [InlineData("FF FE 41", "\\xFF\\xFEA")]
    [InlineData("E2 86 41", "\\xE2\\x86A")]
    [InlineData("C3 A9 E2 86 92", "\u00e9\u2192")]
    [InlineData("41 E2", "A\\xE2")]
    public void Bytes_that_are_no_UTF_8_are_kept_and_shown(string bytes, string expected)
    {
        var read = Lenient().GetString(
            Convert.FromHexString(bytes.Replace(" ", string.Empty, StringComparison.Ordinal)));

        EscapedText.Of(read).ShouldBe(expected);
    }

    [Fact]
    public void What_comes_in_pieces_is_read_as_what_comes_at_once()
    {
        byte[] bytes = [0x41, 0xE2, 0x86, 0x92, 0xE4, 0x42, 0xE2, 0x86];
        var decoder = Lenient().GetDecoder();
        var text = new StringBuilder();
        var characters = new char[16];
        for (var i = 0; i < bytes.Length; i++)
        {
            text.Append(characters, 0, decoder.GetChars(bytes.AsSpan(i, 1), characters, flush: i == bytes.Length - 1));
        }

        text.ToString().ShouldBe(Lenient().GetString(bytes));
    }

    private static Encoding Lenient() => new RawByteEncoding().GetEncoding(RawByteEncoding.Name)!;
}
