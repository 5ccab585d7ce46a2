using System.Text;
using ChangeLog.Telemetry;

namespace ChangeLog.Postgres;

/// <summary>
/// UTF-8 that preserves invalid bytes: a SQL_ASCII database may hold any, and an unreadable row would block its
/// handler.
/// </summary>
internal sealed class RawByteEncoding : EncodingProvider
{
    public const string Name = "changelog-utf-8";

    private static readonly Encoding Lenient = Encoding.GetEncoding(
        "utf-8", EncoderFallback.ExceptionFallback, new Fallback());

    /// <summary>Registers it where the driver looks it up.</summary>
    public static void Register() => Encoding.RegisterProvider(new RawByteEncoding());

    public override Encoding? GetEncoding(string name) =>
        name.Equals(Name, StringComparison.OrdinalIgnoreCase) ? Lenient : null;

    public override Encoding? GetEncoding(
        string name, EncoderFallback encoderFallback, DecoderFallback decoderFallback) =>
        GetEncoding(name);

    public override Encoding? GetEncoding(int codepage) => null;

    private sealed class Fallback : DecoderFallback
    {
        // up to three invalid bytes at once, two surrogates each
        public override int MaxCharCount => 6;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();
    }

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private string _text = string.Empty;

        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = string.Concat(bytesUnknown.Select(RawByte.Mark));
            _next = 0;
            return true;
        }

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;
            return true;
        }

        public override void Reset()
        {
            _text = string.Empty;
            _next = 0;
        }
    }
}
