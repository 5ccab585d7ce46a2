using ChangeLogWorker.Changes;

namespace ChangeLogWorker.Handlers;

/// <summary>Reacts to pages of the log.</summary>
public interface IHandler
{
    /// <summary>Its name, under which its cursor is kept: never change it.</summary>
    string Name { get; }

    /// <summary>What it reads.</summary>
    Streams Reads { get; }

    /// <summary>
    /// Handles one page in the page's transaction: what is written there happens once. A failure undoes it, and the
    /// page is tried again.
    /// </summary>
    Task HandleAsync(Page page, CancellationToken cancellationToken);
}
