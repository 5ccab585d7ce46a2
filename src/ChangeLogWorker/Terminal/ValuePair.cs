namespace ChangeLogWorker.Terminal;

/// <summary>An old and a new value cut to the room there is, so that where they differ stays in sight.</summary>
internal static class ValuePair
{
    private const int Lead = 12;

    public static (string Before, string After) Fit(string before, string after, int room)
    {
        if (TextWidth.Of(before) + TextWidth.Of(after) <= room)
        {
            return (before, after);
        }

        var skipped = WholeUpTo(before, Math.Max(0, CommonStart(before, after) - Lead));
        if (skipped > Lead)
        {
            (before, after) = ("…" + before[skipped..], "…" + after[skipped..]);
        }

        // what the shorter one leaves over, the longer one gets
        var half = room / 2;
        var (left, right) = (TextWidth.Of(before), TextWidth.Of(after));
        var roomBefore = right < half ? room - right : Math.Min(left, half);
        return (TextWidth.Shorten(before, roomBefore), TextWidth.Shorten(after, room - Math.Min(left, roomBefore)));
    }

    private static int CommonStart(string left, string right)
    {
        var length = 0;
        while (length < left.Length && length < right.Length && left[length] == right[length])
        {
            length++;
        }

        return WholeUpTo(left, length);
    }

    // not within a character of two code units
    private static int WholeUpTo(string text, int length) =>
        length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
