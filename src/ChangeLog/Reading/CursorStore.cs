using System.Data;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Reading;

/// <summary>Owns changelog.cursor: how far each handler is.</summary>
internal sealed class CursorStore(NpgsqlDataSource dataSource)
{
    /// <summary>The SQLSTATE of a missing cursor.</summary>
    public const string NoCursor = PostgresErrorCodes.NoDataFound;

    private const string Register = /* language=sql */
        "select changelog.register_handler($1, $2, $3)";

    private const string SelectStream = /* language=sql */
        "select stream from changelog.cursor where handler = $1";

    private const string OpenWindow = /* language=sql */
        "select changelog.open_window($1), changelog.limit_transaction($2)";

    private const string CommitAndChain = /* language=sql */
        "commit and chain";

    private const string TakePage = /* language=sql */
        """
        select state, changes, events, logged_from, logged_until, window_done, changelog.limit_transaction($4)
        from changelog.take_page($1, $2, $3)
        """;

    private const string LockCursor = /* language=sql */
        "select changelog.limit_transaction($2) from changelog.cursor where handler = $1 for update";

    private const string SelectBehind = /* language=sql */
        "select handler, coalesce(lag_seconds, 0) from changelog.handler_behind where handler = any ($1)";

    private const string SelectSnapshot = /* language=sql */
        "select pg_current_snapshot()::text";

    private const string HasHandled = /* language=sql */
        "select changelog.has_handled($1, $2::pg_snapshot)";

    /// <summary>Creates a handler's cursor, at the start of the log or at its current end, unless it exists.</summary>
    public Task RegisterAsync(string handler, Streams stream, bool fromNow, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(Register)
            .ExecuteAsync([handler, stream.ToString().ToLowerInvariant(), fromNow], cancellationToken);

    /// <summary>The streams that the handler's cursor was created for.</summary>
    public Task<Streams> StreamAsync(string handler, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(SelectStream).RowAsync(
            row => Enum.Parse<Streams>(row.GetString(0), ignoreCase: true), [handler], cancellationToken);

    /// <summary>Takes the next page; must come first in its READ COMMITTED transaction.</summary>
    public static async Task<TakenPage> TakePageAsync(
        NpgsqlTransaction transaction, string handler, PageLimits limits, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands = { TakePageCommand(handler, limits) },
        };
        await using var row = await batch.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);
        return await ReadPageAsync(row, transaction, cancellationToken);
    }

    /// <summary>
    /// Opens the handler's next window, unless one is open, and takes its first page, in one round trip.
    /// </summary>
    /// <param name="transaction">
    /// READ COMMITTED and unused: the window is committed in it, the page taken in the one chained to it.
    /// </param>
    /// <param name="handler">Whose cursor it is.</param>
    /// <param name="limits">Those of the page.</param>
    /// <param name="patience">How many times the connection's Command Timeout it may take.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="PostgresException">With <see cref="NoCursor"/>: the handler's cursor was deleted.</exception>
    public static async Task<(OpenedWindow Window, TakenPage Page)> OpenWindowAsync(
        NpgsqlTransaction transaction, string handler, PageLimits limits, int patience,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            Timeout = patience * transaction.Connection!.CommandTimeout,
            BatchCommands =
            {
                Query.BatchCommand(OpenWindow, [handler, Milliseconds(limits.Timeout)]),
                new NpgsqlBatchCommand(CommitAndChain),
                TakePageCommand(handler, limits),
            },
        };
        await using var row = await batch.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);
        await row.ReadAsync(cancellationToken);
        var window = Enum.Parse<OpenedWindow>(row.GetString(0), ignoreCase: true);
        await row.NextResultAsync(cancellationToken);
        return (window, await ReadPageAsync(row, transaction, cancellationToken));
    }

    /// <summary>
    /// The handlers with entries beyond their cursor, and the age of the oldest of those, in one statement.
    /// </summary>
    /// <param name="handlers">Those that run: the backlog of one that does not may be the whole log.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> BehindAsync(
        ICollection<string> handlers, CancellationToken cancellationToken) =>
        (await dataSource.CreateCommand(SelectBehind).RowsAsync(
            row => KeyValuePair.Create(row.GetString(0), TimeSpan.FromSeconds(row.GetDouble(1))),
            [Parameter.Texts(handlers)],
            cancellationToken))
        .ToDictionary();

    /// <summary>A snapshot as text, for <see cref="HasHandledAsync"/>.</summary>
    public Task<string> SnapshotAsync(CancellationToken cancellationToken) =>
        dataSource.CreateCommand(SelectSnapshot).ValueAsync<string>([], cancellationToken);

    /// <summary>Whether the handler has handled everything visible in a snapshot.</summary>
    public async Task<bool> HasHandledAsync(string handler, string snapshot, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand(HasHandled).ValueAsync<bool?>([handler, snapshot], cancellationToken) is true;

    /// <summary>Locks a handler's cursor for work that does not move it.</summary>
    /// <returns>Whether it was acquired: without <paramref name="wait"/> another worker may hold it.</returns>
    public static async Task<bool> LockAsync(
        NpgsqlTransaction transaction, string handler, TimeSpan timeout, bool wait, CancellationToken cancellationToken)
    {
        var locked = await transaction.CreateCommand(wait ? LockCursor : $"{LockCursor} skip locked")
            .RowsAsync(_ => true, [handler, Milliseconds(timeout)], cancellationToken);
        return locked.Count > 0;
    }

    private static NpgsqlBatchCommand TakePageCommand(string handler, PageLimits limits) =>
        Query.BatchCommand(TakePage, [handler, limits.Rows, limits.Positions, Milliseconds(limits.Timeout)]);

    private static async Task<TakenPage> ReadPageAsync(
        NpgsqlDataReader row, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await row.ReadAsync(cancellationToken);
        return row.GetString(0) switch
        {
            "busy" => new TakenPage.Busy(),
            "idle" => new TakenPage.Idle(),
            _ => new TakenPage.Taken(
                new Page(
                    transaction,
                    row.GetFieldValue<long[]>(1),
                    row.GetFieldValue<long[]>(2),
                    row.GetFieldValue<DateTime?>(3),
                    row.GetFieldValue<DateTime?>(4)),
                row.GetBoolean(5)),
        };
    }

    private static int Milliseconds(TimeSpan timeout) => (int)timeout.TotalMilliseconds;
}
