namespace ChangeLogWorker.Terminal;

/// <summary>How a piece of text is meant; what it looks like is decided by <see cref="Output"/>.</summary>
internal enum TextStyle
{
    Plain,
    Strong,
    Dim,
    Before,
    After,
    Good,
    Doubtful,
    Bad,
}
