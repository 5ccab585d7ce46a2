using ChangeLog.Reading;

namespace ChangeLog.Handlers;

/// <summary>Reacts to pages of the log.</summary>
/// <remarks>All properties describe the handler, and must not change while it runs.</remarks>
public interface IHandler
{
    /// <summary>
    /// The name of its cursor: never change it. Preferably with a prefix of your own, such as <c>shop.mail</c>.
    /// </summary>
    string Name { get; }

    /// <summary>What it reads. To read something else, give the handler another name.</summary>
    Streams Reads { get; }

    /// <summary>Which of those entries it gets; by default all.</summary>
    HandlerFilter Filter => HandlerFilter.Everything;

    /// <summary>
    /// Where it starts on its first run: from now on, or (by default) at the start of the log. Later it resumes.
    /// </summary>
    bool FromNow => false;

    /// <summary>
    /// Handles one page in the page's transaction: whatever is written there happens exactly once. On failure it is
    /// rolled back and retried. Never runs concurrently with itself, in one worker or several.
    /// </summary>
    Task HandleAsync(Page page, CancellationToken cancellationToken);
}
