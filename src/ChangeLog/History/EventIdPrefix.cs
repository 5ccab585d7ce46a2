namespace ChangeLog.History;

/// <summary>An event__id, or the beginning of one, as people copy it: the ids from the first to the last.</summary>
internal readonly record struct EventIdPrefix(Guid First, Guid Last)
{
    private const int LeastDigits = 8;
    private const int AllDigits = 32;

    // 48 random bits: enough for hundreds of millions of transactions
    private const int ShortLength = 13;

    /// <summary>The beginning that is shown where the whole id would take too much room.</summary>
    public static string Short(Guid id) => id.ToString()[..ShortLength];

    /// <summary>The ids that begin so; null if no id does.</summary>
    public static EventIdPrefix? Parse(string text)
    {
        if (Guid.TryParse(text, out var id))
        {
            return new EventIdPrefix(id, id);
        }

        var digits = text.Replace("-", string.Empty, StringComparison.Ordinal);
        return digits.Length is >= LeastDigits and < AllDigits && digits.All(char.IsAsciiHexDigit)
            ? new EventIdPrefix(Filled(digits, '0'), Filled(digits, 'f'))
            : null;
    }

    private static Guid Filled(string digits, char digit) => Guid.Parse(digits.PadRight(AllDigits, digit));
}
