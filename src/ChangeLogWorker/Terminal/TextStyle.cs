namespace ChangeLogWorker.Terminal;

/// <summary>The meaning of a piece of text; <see cref="Output"/> decides what it looks like.</summary>
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
