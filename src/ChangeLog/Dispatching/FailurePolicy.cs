using ChangeLog.Reading;

namespace ChangeLog.Dispatching;

/// <summary>Decides what is done about a page that failed, and how large the next may be. Touches nothing but itself.</summary>
/// <remarks>
/// A change is given up only when it is bad and the handler is not: docs/decisions/dead-letters.md says by which rules.
/// </remarks>
internal sealed class FailurePolicy(Func<int> maxAttempts, Func<int> largestPage, TimeProvider timeProvider)
{
    // of data and integrity errors so many in a row are believed without a proof that the handler works
    private const int BelievedInARow = 10;

    // for so long an error is remembered as one that was a change's and not the moment's
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly PageSize _size = new(largestPage);
    private readonly Dictionary<string, DateTimeOffset> _givenUpFor = new(StringComparer.Ordinal);
    private (EntryKey First, int Rows) _failing;
    private int _waits;
    private int _inARow;

    /// <summary>How many rows the next page may hold.</summary>
    public int Rows => _size.Rows;

    /// <summary>Whether a page that failed is being taken apart.</summary>
    public bool IsSearching => _size.IsSearching;

    /// <summary>How often the page that fails now has been tried.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it failed first.</summary>
    public DateTimeOffset FirstFailedAt { get; private set; }

    /// <summary>Whether, since a page failed, another part of it was handled and committed.</summary>
    public bool HandledAnother { get; private set; }

    /// <summary>So many rows are committed.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="isProof">Whether the handler wanted any of them, and so is known to work.</param>
    public void Succeeded(int rows, bool isProof)
    {
        Attempts = 0;
        _waits = 0;
        _size.Succeeded(rows);
        HandledAnother = _size.IsSearching && (HandledAnother || isProof);
        if (isProof)
        {
            _inARow = 0;
        }
    }

    /// <summary>Nothing lies beyond the cursor.</summary>
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
        _inARow++;
    }

    /// <summary>An error before any page was had.</summary>
    public Verdict Failed(Failure failure) => failure.Kind is FailureKind.Connection ? Verdict.Wait : Wait();

    /// <summary>An error of a page that begins with <paramref name="first"/> and holds so many rows.</summary>
    public Verdict Failed(EntryKey first, int rows, Failure failure)
    {
        var verdict = failure.Kind switch
        {
            FailureKind.Connection => Verdict.Wait,
            FailureKind.Infrastructure => Wait(),
            FailureKind.Overload => rows > 1 ? Verdict.Halve : Wait(),
            FailureKind.Data => JudgeData(first, rows),
            _ => JudgeHandler(first, rows, failure.ErrorType),
        };
        if (verdict == Verdict.Halve)
        {
            _size.Failed(rows);
        }

        return verdict;
    }

    private Verdict JudgeData(EntryKey first, int rows)
    {
        CountAttempt(first, rows);
        return (rows, _inARow) switch
        {
            ( > 1, _) => Verdict.Halve,
            (_, < BelievedInARow) => Verdict.GiveUp,
            _ => Verdict.Prove,
        };
    }

    private Verdict JudgeHandler(EntryKey first, int rows, string errorType)
    {
        CountAttempt(first, rows);
        var isKnown = IsKnown(errorType);
        if (rows > 1)
        {
            return _size.IsSearching || isKnown || Attempts >= maxAttempts() ? Verdict.Halve : Verdict.Wait;
        }

        if (Attempts >= maxAttempts())
        {
            return Verdict.Prove;
        }

        return isKnown ? Verdict.Again : Verdict.Wait;
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

    private Verdict Wait() => ++_waits > maxAttempts() ? Verdict.Pause : Verdict.Wait;

    private bool IsKnown(string errorType) =>
        _givenUpFor.TryGetValue(errorType, out var last) && timeProvider.GetUtcNow() - last < Remembered;
}
