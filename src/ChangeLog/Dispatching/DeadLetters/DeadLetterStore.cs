using ChangeLog.Postgres;
using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Owns table changelog.dead_letter.</summary>
internal sealed class DeadLetterStore(NpgsqlDataSource dataSource)
{
    private const string Write = /* language=sql */
        "select changelog.write_dead_letter($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    private const string Listed = /* language=sql */
        $"""
        {DeadLetterRows.Select}
        where ($1 or resolved_at is null)
        and ($2 is null or handler = $2)
        order by handler, position, id
        limit $3
        """;

    /* language=sql */
    private const string OfIds = $"{DeadLetterRows.Select} where id = any ($1) order by handler, position, id";

    private const string ToRetry = /* language=sql */
        """
        select id
        from changelog.dead_letter
        where handler = $1
        and retry_requested_at is not null
        and resolved_at is null
        order by position
        limit 1000
        """;

    /* language=sql */
    private const string Lock = $"{DeadLetterRows.Select} where id = $1 for update";

    private const string Retried = /* language=sql */
        """
        update changelog.dead_letter
        set resolved_at = clock_timestamp(),
            resolution = 'retried',
            resolved_by = session_user,
            attempts = attempts + 1,
            retry_requested_at = null
        where id = $1
        """;

    private const string FailedAgain = /* language=sql */
        """
        update changelog.dead_letter
        set error = $2,
            sqlstate = $3,
            error_type = $4,
            attempts = attempts + case when $5 then 1 else 0 end,
            last_failed_at = clock_timestamp(),
            retry_requested_at = null
        where id = $1
        and resolved_at is null
        """;

    private const string Request = /* language=sql */
        "update changelog.dead_letter set retry_requested_at = clock_timestamp() where id = any ($1) and resolved_at "
        + "is null";

    private const string Withdraw = /* language=sql */
        "update changelog.dead_letter set retry_requested_at = null where id = any ($1)";

    private const string Discard = /* language=sql */
        """
        with discarded as (
            update changelog.dead_letter d
            set resolved_at = clock_timestamp(),
                resolution = 'discarded',
                resolved_by = session_user,
                reason = $2,
                retry_requested_at = null
            where d.id = any ($1)
            and d.resolved_at is null
            returning d.id, d.handler, d.kind, d.position
        )
        select d.id
        from discarded d
        cross join lateral lib_event.store(
            'changelog.dead_letter.discarded',
            jsonb_build_object('db_user', session_user, 'reason', $2) || to_jsonb(d) || $3)
        """;

    /// <summary>Writes a dead letter, in the transaction that moves the cursor past its entry.</summary>
    public static Task<long> WriteAsync(
        NpgsqlTransaction transaction,
        string handler,
        EntryKey entry,
        Failure failure,
        int attempts,
        DateTimeOffset firstFailedAt,
        CancellationToken cancellationToken) =>
        transaction.CreateCommand(Write).ValueAsync<long>(
            [
                handler,
                .. entry.Parameters,
                .. ErrorOf(failure),
                attempts,
                firstFailedAt.UtcDateTime], cancellationToken);

    /// <summary>Lists the open ones or all, of one handler or of all.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(
        string? handler, bool resolvedToo, long limit, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand(Listed)
            .RowsAsync(DeadLetterRows.Read, [resolvedToo, handler, limit], cancellationToken);

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(long[] ids, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand(OfIds).RowsAsync(DeadLetterRows.Read, [ids], cancellationToken);

    /// <summary>Ids of the handler's dead letters that another program has asked to retry.</summary>
    public async Task<IReadOnlyList<long>> RequestedAsync(string handler, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand(ToRetry).ColumnAsync<long>([handler], cancellationToken);

    public static async Task<DeadLetter?> LockAsync(
        NpgsqlTransaction transaction, long id, CancellationToken cancellationToken) =>
        (await transaction.CreateCommand(Lock).RowsAsync(DeadLetterRows.Read, [id], cancellationToken))
            .SingleOrDefault();

    public static Task SetRetriedAsync(NpgsqlTransaction transaction, long id, CancellationToken cancellationToken) =>
        transaction.CreateCommand(Retried).ExecuteAsync([id], cancellationToken);

    public Task SetFailedAgainAsync(long id, Failure failure, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(FailedAgain)
            .ExecuteAsync([id, .. ErrorOf(failure), failure.IsAttempt], cancellationToken);

    /// <summary>Asks a worker that has the handler to retry these.</summary>
    public Task RequestAsync(long[] ids, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(Request).ExecuteAsync([ids], cancellationToken);

    public Task WithdrawAsync(long[] ids, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(Withdraw).ExecuteAsync([ids], cancellationToken);

    /// <summary>Discards those that are open, and writes an audit event with who and why.</summary>
    /// <returns>The ids it discarded.</returns>
    public async Task<IReadOnlyList<long>> DiscardAsync(
        long[] ids, string reason, string program, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand(Discard)
            .ColumnAsync<long>([ids, reason, Parameter.Json(program)], cancellationToken);

    private static Parameter[] ErrorOf(Failure failure) => [failure.Text, failure.SqlState, failure.ErrorType];
}
