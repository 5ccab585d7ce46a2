using ChangeLog.Reading;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Owns changelog.dead_letter: what handlers gave up on.</summary>
internal sealed class DeadLetterStore(NpgsqlDataSource dataSource)
{
    /* language=sql */
    private const string Write = "select changelog.write_dead_letter($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /* language=sql */
    private const string Listed =
        $"""
        {DeadLetterRows.Select}
        where ($1 or resolved_at is null)
        and ($2 is null or handler = $2)
        order by handler, position, id
        limit $3
        """;

    /* language=sql */
    private const string OfIds = $"{DeadLetterRows.Select} where id = any ($1) order by handler, position, id";

    /* language=sql */
    private const string ToRetry =
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

    /* language=sql */
    private const string Retried =
        """
        update changelog.dead_letter
        set resolved_at = clock_timestamp(),
            resolution = 'retried',
            resolved_by = session_user,
            attempts = attempts + 1,
            retry_requested_at = null
        where id = $1
        """;

    /* language=sql */
    private const string FailedAgain =
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

    /* language=sql */
    private const string Request =
        "update changelog.dead_letter set retry_requested_at = clock_timestamp() where id = any ($1) and resolved_at is null";

    /* language=sql */
    private const string Withdraw = "update changelog.dead_letter set retry_requested_at = null where id = any ($1)";

    /* language=sql */
    private const string Discard =
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

    /// <summary>Keeps what the handler gives up on, in the transaction that moves its cursor past it.</summary>
    public static async Task<long> WriteAsync(
        NpgsqlTransaction transaction,
        string handler,
        EntryKey entry,
        Failure failure,
        int attempts,
        DateTimeOffset firstFailedAt,
        CancellationToken cancellationToken)
    {
        await using var command = Command(Write, transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = handler });
        command.Parameters.AddRange(entry.Parameters);
        AddError(command, failure);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = attempts });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = firstFailedAt.UtcDateTime });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The open ones, or all; of one handler, or of all.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(
        string? handler, bool resolvedToo, long limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Listed);
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = resolvedToo });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = handler, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        return await DeadLetterRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Those of the ids that exist.</summary>
    public async Task<IReadOnlyList<DeadLetter>> FindAsync(long[] ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(OfIds);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        return await DeadLetterRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Those of a handler that another program asks to be tried again.</summary>
    public async Task<IReadOnlyList<long>> RequestedAsync(string handler, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ToRetry);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = handler });
        return await DeadLetterRows.ReadIdsAsync(command, cancellationToken);
    }

    public static async Task<DeadLetter?> LockAsync(
        NpgsqlTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = Command(Lock, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (await DeadLetterRows.ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    public static async Task SetRetriedAsync(NpgsqlTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = Command(Retried, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task SetFailedAgainAsync(long id, Failure failure, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(FailedAgain);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        AddError(command, failure);
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = failure.IsAttempt });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Asks a worker that has the handler to try these again.</summary>
    public Task RequestAsync(long[] ids, CancellationToken cancellationToken) => ExecuteAsync(Request, ids, cancellationToken);

    public Task WithdrawAsync(long[] ids, CancellationToken cancellationToken) => ExecuteAsync(Withdraw, ids, cancellationToken);

    /// <summary>Closes those of the ids that are open, and leaves an event that says who did it and why.</summary>
    /// <returns>Those that it closed.</returns>
    public async Task<IReadOnlyList<long>> DiscardAsync(
        long[] ids, string reason, string program, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Discard);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = program, NpgsqlDbType = NpgsqlDbType.Jsonb });
        return await DeadLetterRows.ReadIdsAsync(command, cancellationToken);
    }

    private static NpgsqlCommand Command(string sql, NpgsqlTransaction transaction) => new(sql, transaction.Connection, transaction);

    private static void AddError(NpgsqlCommand command, Failure failure)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = failure.Text });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = failure.SqlState, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = failure.ErrorType });
    }

    private async Task ExecuteAsync(string sql, long[] ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
