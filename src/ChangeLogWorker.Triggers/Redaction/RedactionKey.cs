using System.Security.Cryptography;
using System.Text;

namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>Digest that detects a changed key.</summary>
internal static class RedactionKey
{
    private const int BlockLength = 64;

    private const byte InnerPad = 0x36;

    /// <summary>What changelog.redaction_key_digest() returns if the key is in force.</summary>
    public static byte[] Digest(string key)
    {
        var given = Encoding.UTF8.GetBytes(key);
        var block = new byte[BlockLength];
        (given.Length > BlockLength ? SHA256.HashData(given) : given).CopyTo(block, 0);
        return SHA256.HashData([.. block.Select(value => (byte)(value ^ InnerPad))]);
    }
}
