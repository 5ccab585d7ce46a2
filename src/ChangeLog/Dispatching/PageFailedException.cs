using ChangeLog.Reading;

namespace ChangeLog.Dispatching;

/// <summary>A page was had and rolled back again: what failed is handling it, or its commit.</summary>
internal sealed class PageFailedException(EntryKey first, int rows, Failure failure, Exception inner)
    : Exception(failure.Text, inner)
{
    public EntryKey First { get; } = first;

    public int Rows { get; } = rows;

    public Failure Failure { get; } = failure;
}
