using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// The login of ConnectionStrings:ChangeLogLinks, in whose sessions links of the application's tables are cleared.
/// </summary>
/// <remarks>
/// The tables' triggers run with its rights, and deferred ones with the session user's whatever role is set. So a
/// worker's own session never touches those tables, and a login with more rights is refused.
/// </remarks>
/// <param name="source">Null if there is none: then these tables' policies are not in force.</param>
internal sealed class LinkLogin(NpgsqlDataSource? source)
{
    private const string Policed = /* language=sql */
        """
        select string_agg(distinct l.table_schema || '.' || l.table_name, ', '
            order by l.table_schema || '.' || l.table_name)
        from changelog.link_tables() l
        where l.policy in ('nullify', 'delete')
        and (l.table_schema, l.table_name) <> ('platform', 'global_settings')
        """;

    // equal in both sessions if both are of this database
    private const string Place = /* language=sql */
        """
        select pg_catalog.concat(d.oid, ' ', 'changelog.link_policy'::pg_catalog.regclass::pg_catalog.oid)
        from pg_catalog.pg_database d
        where d.datname operator(pg_catalog.=) pg_catalog.current_database()
        """;

    private const string Problem = /* language=sql */ "select changelog.links_login_problem()";

    /// <summary>Whether a login is configured; <see cref="OpenAsync"/> reports what is wrong with it.</summary>
    public bool IsGiven => source is not null;

    /// <summary>Opens a session to clear links in.</summary>
    /// <param name="worker">The worker's own session.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">There is no such login, or it has too many rights.</exception>
    public async Task<NpgsqlConnection> OpenAsync(NpgsqlConnection worker, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            throw new RefusedException(
                $"There is no login to clear links with: set ConnectionStrings:{ConnectionText.LinksName}", 1);
        }

        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            if (await TextAsync(
                worker, Place, cancellationToken) != await TextAsync(connection, Place, cancellationToken))
            {
                throw new RefusedException(
                    $"ConnectionStrings:{ConnectionText.LinksName} is for another database", 1);
            }

            return await TextAsync(connection, Problem, cancellationToken) is { } problem
                ? throw new RefusedException(problem, 1)
                : connection;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await connection.DisposeAsync();
            throw new RefusedException(
                $"The login of ConnectionStrings:{ConnectionText.LinksName} lacks the rights of changelog_links. "
                + "Let a DBA run: "
                + "grant changelog_links to it, and let it inherit",
                1);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName
            or PostgresErrorCodes.UndefinedFunction)
        {
            await connection.DisposeAsync();
            throw new RefusedException(
                $"ConnectionStrings:{ConnectionText.LinksName} is for a database without ChangeLog", 1);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Why the policies of the application's tables are not in force, and what to do; null if they are, or there are
    /// none.
    /// </summary>
    public async Task<string?> WarningAsync(NpgsqlConnection worker, CancellationToken cancellationToken)
    {
        if (await TextAsync(worker, Policed, cancellationToken) is not { } tables)
        {
            return null;
        }

        if (!IsGiven)
        {
            return $"Links of {tables} are not cleared: triggers of the application would run with the worker's "
                + "rights. Let a DBA "
                + "run: create role changelog_cleaner login password '...' in role changelog_links; and set "
                + $"ConnectionStrings__{ConnectionText.LinksName} to that login (docs/configuration.md).";
        }

        try
        {
            await using var connection = await OpenAsync(worker, cancellationToken);
            return null;
        }
        catch (RefusedException refused)
        {
            return $"Links of {tables} are not cleared: {refused.Message.TrimEnd('.')}.";
        }
        catch (NpgsqlException error)
        {
            return $"Links of {tables} are not cleared: the login of ConnectionStrings:{ConnectionText.LinksName} "
                + "cannot connect: "
                + $"{error.Message.TrimEnd('.')}.";
        }
    }

    private static Task<string?> TextAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.RowAsync(sql, row => row.TextOrNull(0), [], cancellationToken);
}
