using System.Runtime.CompilerServices;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Reading;

/// <summary>A bounded run of a window, and the transaction in which it is handled.</summary>
/// <remarks>
/// What a handler writes through <see cref="Connection"/> is committed together with its cursor: exactly once. Rows are
/// read a few hundred at a time, never while a command of the handler's runs, so it may use the connection while it
/// iterates.
/// </remarks>
public sealed class Page
{
    /// <summary>
    /// The search path of handlers that are not ChangeLog's own, for the length of the page: unqualified names resolve
    /// as in any session of the role.
    /// </summary>
    internal const string TheirSearchPath = /* language=sql */
        "set local search_path to default";

    private const string SelectMatching = /* language=sql */
        """
        select
            changelog.matching_changes(@changes, @logged_from, @logged_until, @schemas, @tables, @operations),
            changelog.matching_events(@events, @event_types)
        """;

    // so that thousands of megabyte rows are not in memory at once
    private const int RowsAtOnce = 200;

    private readonly long[] _changes;
    private readonly long[] _events;
    private readonly DateTime? _loggedFrom;
    private readonly DateTime? _loggedUntil;

    internal Page(
        NpgsqlTransaction transaction, long[] changes, long[] events, DateTime? loggedFrom, DateTime? loggedUntil)
    {
        Transaction = transaction;
        Connection = transaction.Connection!;
        _changes = changes;
        _events = events;
        _loggedFrom = loggedFrom;
        _loggedUntil = loggedUntil;
    }

    /// <summary>In the page's transaction; neither commit nor close it.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The page's transaction; neither commit nor roll it back. Savepoints are allowed.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>The number of changes and events.</summary>
    public int Count => _changes.Length + _events.Length;

    internal EntryKey First =>
        _events.Length == 0 || (_changes.Length > 0 && _changes[0] < _events[0])
            ? new EntryKey(IsEvent: false, _changes[0], _loggedFrom)
            : new EntryKey(IsEvent: true, _events[0], LoggedAt: null);

    /// <summary>A page of one entry, independent of the cursor.</summary>
    internal static Page Of(EntryKey entry, NpgsqlTransaction transaction) =>
        entry.IsEvent
            ? new Page(transaction, [], [entry.Position], loggedFrom: null, loggedUntil: null)
            : new Page(transaction, [entry.Position], [], entry.LoggedAt, entry.LoggedAt);

    /// <summary>
    /// Runs one or more statements over the page. They may use the parameters <c>@changes</c> and <c>@events</c>
    /// (positions in order, bigint[]), and <c>@logged_from</c> and <c>@logged_until</c> (timestamptz, the span of the
    /// changes' logged_at; null without changes): <c>logs.page_changes(@changes, @logged_from, @logged_until)</c> and
    /// <c>lib_event.page_events(@events)</c> are the page's rows.
    /// </summary>
    /// <returns>The rows affected.</returns>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        CreateCommand(sql).ExecuteAsync([], cancellationToken);

    /// <summary>A command with the parameters of <see cref="ExecuteAsync"/>; more may be added.</summary>
    public NpgsqlCommand CreateCommand(string sql) => CreateCommand(sql, _changes, _events);

    /// <summary>The page's changes in position order.</summary>
    public async IAsyncEnumerable<Change> ReadChangesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var positions in _changes.Chunk(RowsAtOnce))
        {
            foreach (var change in await ReadChangesAsync(positions, cancellationToken))
            {
                yield return change;
            }
        }
    }

    /// <summary>The page's events in position order.</summary>
    public async IAsyncEnumerable<DomainEvent> ReadEventsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var positions in _events.Chunk(RowsAtOnce))
        {
            foreach (var read in await ReadEventsAsync(positions, cancellationToken))
            {
                yield return read;
            }
        }
    }

    /// <summary>The page's changes and events together, in position order.</summary>
    public async IAsyncEnumerable<Entry> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var isEvent = _events.ToHashSet();
        foreach (var positions in _changes.Concat(_events).Order().Chunk(RowsAtOnce))
        {
            var split = positions.ToLookup(isEvent.Contains);
            var changes = await ReadChangesAsync([.. split[false]], cancellationToken);
            var events = await ReadEventsAsync([.. split[true]], cancellationToken);
            foreach (var entry in changes.Concat<Entry>(events).OrderBy(entry => entry.Position))
            {
                yield return entry;
            }
        }
    }

    /// <summary>The same page with only the entries that match a filter.</summary>
    internal async Task<Page> MatchingAsync(PageFilter filter, CancellationToken cancellationToken)
    {
        var (changes, events) = await CreateCommand(SelectMatching)
            .With(
                ("schemas", filter.Schemas),
                ("tables", filter.Tables),
                ("operations", filter.Operations),
                ("event_types", filter.EventTypes))
            .RowAsync(
                row => (row.GetFieldValue<long[]>(0), row.GetFieldValue<long[]>(1)), [], cancellationToken);
        var any = changes.Length > 0;
        return new Page(Transaction, changes, events, any ? _loggedFrom : null, any ? _loggedUntil : null);
    }

    private Task<List<Change>> ReadChangesAsync(long[] positions, CancellationToken cancellationToken) =>
        positions.Length == 0
            ? Task.FromResult<List<Change>>([])
            : CreateCommand(EntryRows.SelectChanges, positions, [])
                .RowsAsync(EntryRows.ReadChange, [], cancellationToken);

    private Task<List<DomainEvent>> ReadEventsAsync(long[] positions, CancellationToken cancellationToken) =>
        positions.Length == 0
            ? Task.FromResult<List<DomainEvent>>([])
            : CreateCommand(EntryRows.SelectEvents, [], positions)
                .RowsAsync(EntryRows.ReadEvent, [], cancellationToken);

    private NpgsqlCommand CreateCommand(string sql, long[] changes, long[] events) =>
        Transaction.CreateCommand(sql).With(
            ("changes", changes), ("events", events), ("logged_from", _loggedFrom), ("logged_until", _loggedUntil));
}
