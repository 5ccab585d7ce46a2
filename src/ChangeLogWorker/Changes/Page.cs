using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Changes;

/// <summary>A bounded run of a window, and the transaction in which it is handled.</summary>
/// <remarks>
/// What a handler writes through <see cref="Connection"/> is committed together with its cursor: once, or not at all.
/// </remarks>
public sealed class Page
{
    /* language=sql */
    private const string SelectChanges =
        """
        select position, xid, logged_at, table_oid, table_schema, table_name, op, record_id,
               record_data::text, previous_data::text
        from logs.page_changes(@changes, @logged_from, @logged_until)
        order by position
        """;

    /* language=sql */
    private const string SelectEvents =
        """
        select position, event__id, event_type,
               least(greatest(occurred_at, '0001-01-01 00:00:00+00'), '9999-12-31 23:59:59.999999+00'), created_at, source, partition_key,
               headers::text, payload::text
        from lib_event.event
        where position = any (@events)
        order by position
        """;

    // jsonb may be nested deeper than the parser's own limit of 64, and a page that can't be read is never passed
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private readonly long[] _changes;
    private readonly long[] _events;
    private readonly DateTime? _loggedFrom;
    private readonly DateTime? _loggedUntil;

    internal Page(
        NpgsqlConnection connection, long[] changes, long[] events, DateTime? loggedFrom, DateTime? loggedUntil)
    {
        Connection = connection;
        _changes = changes;
        _events = events;
        _loggedFrom = loggedFrom;
        _loggedUntil = loggedUntil;
    }

    /// <summary>In the page's transaction; neither commit nor close it.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>How many changes and events there are to handle.</summary>
    public int Count => _changes.Length + _events.Length;

    /// <summary>The first of what there is to handle.</summary>
    internal EntryKey First =>
        _events.Length == 0 || (_changes.Length > 0 && _changes[0] < _events[0])
            ? new EntryKey(IsEvent: false, _changes[0], _loggedFrom)
            : new EntryKey(IsEvent: true, _events[0], LoggedAt: null);

    /// <summary>A page of one, beside the handler's way through the log.</summary>
    internal static Page Of(EntryKey entry, NpgsqlTransaction transaction) =>
        entry.IsEvent
            ? new Page(transaction.Connection!, [], [entry.Position], loggedFrom: null, loggedUntil: null)
            : new Page(transaction.Connection!, [entry.Position], [], entry.LoggedAt, entry.LoggedAt);

    /// <summary>
    /// Runs one statement over the page. It may name the parameters <c>@changes</c> and <c>@events</c> (positions in
    /// order, bigint[]), and <c>@logged_from</c> and <c>@logged_until</c> (timestamptz, the span of the changes'
    /// logged_at; null where there are none).
    /// </summary>
    /// <returns>The rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The page's changes in position order.</summary>
    public async IAsyncEnumerable<Change> ReadChangesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var change in await ReadAsync(SelectChanges, ReadChange, cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>The page's events in position order.</summary>
    public async IAsyncEnumerable<DomainEvent> ReadEventsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var read in await ReadAsync(SelectEvents, ReadEvent, cancellationToken))
        {
            yield return read;
        }
    }

    // the whole page before its first row, so that a handler can use the connection while it goes through the rows
    private async Task<List<T>> ReadAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>(Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private NpgsqlCommand CreateCommand(string sql) =>
        new(sql, Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long[]>("changes", _changes),
                new NpgsqlParameter<long[]>("events", _events),
                new NpgsqlParameter<DateTime?>("logged_from", NpgsqlDbType.TimestampTz) { TypedValue = _loggedFrom },
                new NpgsqlParameter<DateTime?>("logged_until", NpgsqlDbType.TimestampTz) { TypedValue = _loggedUntil },
            },
        };

    private static Change ReadChange(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetFieldValue<ulong>(1),
        row.GetDateTime(2),
        row.GetFieldValue<uint>(3),
        row.GetString(4),
        row.GetString(5),
        (Operation)row.GetChar(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.IsDBNull(8) ? null : (JsonObject?)Parse(row.GetString(8)),
        row.IsDBNull(9) ? null : (JsonObject?)Parse(row.GetString(9)));

    private static DomainEvent ReadEvent(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetDateTime(3),
        row.GetDateTime(4),
        row.IsDBNull(5) ? null : row.GetGuid(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        (JsonObject)Parse(row.GetString(7))!,
        Parse(row.GetString(8)));

    private static JsonNode? Parse(string json) => JsonNode.Parse(json, documentOptions: AnyDepth);
}
