using ChangeLog.Reading;

namespace ChangeLog.Handlers;

/// <summary>Reacts to pages of the log.</summary>
/// <remarks>All but <see cref="HandleAsync"/> says what the handler is, and must not change while it runs.</remarks>
public interface IHandler
{
    /// <summary>
    /// Its name, under which its cursor is kept: never change it. Best begun with a name of your own, as
    /// <c>shop.mail</c>.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// What it reads. A handler that reads something else from now on is another handler: give it another name.
    /// </summary>
    Streams Reads { get; }

    /// <summary>What of that it is handed; by default all.</summary>
    HandlerFilter Filter => HandlerFilter.Everything;

    /// <summary>
    /// Where it begins when it runs for the first time: from now on, or (by default) at the start of the log. Later it
    /// goes on where it was.
    /// </summary>
    bool FromNow => false;

    /// <summary>
    /// Handles one page in the page's transaction: what is written there happens once. A failure undoes it, and the
    /// page is tried again. Never called for two pages at once by one worker, nor by two workers.
    /// </summary>
    Task HandleAsync(Page page, CancellationToken cancellationToken);
}
