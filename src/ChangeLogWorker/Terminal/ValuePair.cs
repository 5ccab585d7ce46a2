namespace ChangeLogWorker.Terminal;

/// <summary>An old and a new value, cut to the available width so that their difference stays visible.</summary>
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

        // the longer one gets what the shorter one does not need
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

    // not inside a surrogate pair
    private static int WholeUpTo(string text, int length) =>
        length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
