using ChangeLog.Reading;

namespace ChangeLog.Dispatching;

/// <summary>Decides what to do about a failed page and how large the next may be. Pure.</summary>
/// <remarks>An entry is given up only if it is bad and the handler works: see docs/decisions/dead-letters.md.</remarks>
internal sealed class FailurePolicy(Func<int> maxAttempts, Func<int> largestPage, TimeProvider timeProvider)
{
    // after this many consecutive data errors, probe the handler before giving up another row
    private const int MaxDataErrors = 10;

    // for this long an error for which a row was given up counts as the row's fault, not as temporary
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly PageSize _size = new(largestPage);
    private readonly Dictionary<string, DateTimeOffset> _givenUpFor = new(StringComparer.Ordinal);
    private (EntryKey First, int Rows) _failing;
    private int _waits;
    private int _consecutiveDataErrors;

    /// <summary>Size of the next page, at most.</summary>
    public int Rows => _size.Rows;

    /// <summary>Whether a failed page is being bisected.</summary>
    public bool IsSearching => _size.IsSearching;

    /// <summary>How often the failing page has been tried.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset FirstFailedAt { get; private set; }

    /// <summary>Whether another part of the page was handled and committed since it failed.</summary>
    public bool HandledAnother { get; private set; }

    /// <summary>A page was committed.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="isProof">Whether the handler was called and so is known to work.</param>
    public void Succeeded(int rows, bool isProof)
    {
        Attempts = 0;
        _waits = 0;
        _size.Succeeded(rows);
        HandledAnother = _size.IsSearching && (HandledAnother || isProof);
        if (isProof)
        {
            _consecutiveDataErrors = 0;
        }
    }

    public void NothingLeft()
    {
        _size.NothingLeft();
        Succeeded(0, isProof: false);
    }

    public void GivenUp(string errorType)
    {
        _givenUpFor[errorType] = timeProvider.GetUtcNow();
        _size.GivenUp();
        HandledAnother = false;
        Attempts = 0;
        _waits = 0;
        _consecutiveDataErrors++;
    }

    /// <summary>A failure before a page was read.</summary>
    public FailureAction Failed(Failure failure) =>
        failure.Kind is FailureKind.Connection ? FailureAction.Wait : Wait();

    /// <summary>A failure of a page that starts at <paramref name="first"/> and holds so many rows.</summary>
    public FailureAction Failed(EntryKey first, int rows, Failure failure)
    {
        var action = failure.Kind switch
        {
            FailureKind.Connection => FailureAction.Wait,
            FailureKind.Infrastructure => Wait(),
            FailureKind.Overload => rows > 1 ? FailureAction.Halve : Wait(),
            FailureKind.Data => OnDataError(first, rows),
            _ => OnHandlerError(first, rows, failure.ErrorType),
        };
        if (action == FailureAction.Halve)
        {
            _size.Failed(rows);
        }

        return action;
    }

    private FailureAction OnDataError(EntryKey first, int rows)
    {
        CountAttempt(first, rows);
        return (rows, _consecutiveDataErrors) switch
        {
            ( > 1, _) => FailureAction.Halve,
            (_, < MaxDataErrors) => FailureAction.GiveUp,
            _ => FailureAction.Prove,
        };
    }

    private FailureAction OnHandlerError(EntryKey first, int rows, string errorType)
    {
        CountAttempt(first, rows);
        var isKnown = IsKnown(errorType);
        if (rows > 1)
        {
            return _size.IsSearching || isKnown || Attempts >= maxAttempts() ? FailureAction.Halve : FailureAction.Wait;
        }

        if (Attempts >= maxAttempts())
        {
            return FailureAction.Prove;
        }

        return isKnown ? FailureAction.Again : FailureAction.Wait;
    }

    private void CountAttempt(EntryKey first, int rows)
    {
        if (Attempts == 0 || _failing != (first, rows))
        {
            _failing = (first, rows);
            Attempts = 0;
            FirstFailedAt = timeProvider.GetUtcNow();
        }

        Attempts++;
    }

    private FailureAction Wait() => ++_waits > maxAttempts() ? FailureAction.Pause : FailureAction.Wait;

    private bool IsKnown(string errorType) =>
        _givenUpFor.TryGetValue(errorType, out var last) && timeProvider.GetUtcNow() - last < Remembered;
}
