using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>
/// The login of ConnectionStrings:ChangeLogLinks, in whose sessions links of the application's tables are cleared.
/// </summary>
/// <remarks>
/// The tables' triggers run with its rights, and deferred ones at commit with those of the login whatever role is set:
/// so a worker's own session never touches those tables, and a login of more rights is refused.
/// </remarks>
/// <param name="source">Null where there is none: then the policies of these tables are not in force.</param>
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

    // the same in both sessions where both are of this database
    private const string Place = /* language=sql */
        """
        select pg_catalog.concat(d.oid, ' ', 'changelog.link_policy'::pg_catalog.regclass::pg_catalog.oid)
        from pg_catalog.pg_database d
        where d.datname operator(pg_catalog.=) pg_catalog.current_database()
        """;

    private const string Problem = /* language=sql */ "select changelog.links_login_problem()";

    /// <summary>Whether a login is named at all; what is wrong with it <see cref="OpenAsync"/> says.</summary>
    public bool IsGiven => source is not null;

    /// <summary>A session to clear links in.</summary>
    /// <param name="worker">The worker's own session.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">There is no such login, or it may do more than it should.</exception>
    public async Task<NpgsqlConnection> OpenAsync(NpgsqlConnection worker, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            throw new RefusedException(
                $"No login is named that clears links: set ConnectionStrings:{ConnectionText.LinksName}", 1);
        }

        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            if (await TextAsync(
                worker, Place, cancellationToken) != await TextAsync(connection, Place, cancellationToken))
            {
                throw new RefusedException(
                    $"ConnectionStrings:{ConnectionText.LinksName} leads to another database", 1);
            }

            return await TextAsync(connection, Problem, cancellationToken) is { } problem
                ? throw new RefusedException(problem, 1)
                : connection;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await connection.DisposeAsync();
            throw new RefusedException(
                $"The login of ConnectionStrings:{ConnectionText.LinksName} has not the rights of changelog_links. "
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
                $"ConnectionStrings:{ConnectionText.LinksName} leads to a database without ChangeLog", 1);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Why policies of the application's tables are not in force, and what to do; null where they are, or there are
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
