using ChangeLog.Reading;

namespace ChangeLog.Dispatching;

/// <summary>Handling or committing a page failed; it was rolled back.</summary>
internal sealed class PageFailedException(EntryKey first, int rows, Failure failure, Exception inner)
    : Exception(failure.Text, inner)
{
    public EntryKey First { get; } = first;

    public int Rows { get; } = rows;

    public Failure Failure { get; } = failure;
}
