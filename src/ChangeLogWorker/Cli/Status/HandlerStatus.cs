namespace ChangeLogWorker.Cli.Status;

/// <summary>How far a handler is.</summary>
internal sealed record HandlerStatus(
    string Handler, string Stream, long Handled, long Behind, TimeSpan? OldestUnhandled, TimeSpan LastMoved);
