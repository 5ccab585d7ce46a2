using ChangeLog.Handlers.LinkCleanup;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Terminal;

/// <summary>Why link policies are not in force.</summary>
internal static class LinkWarnings
{
    public static async Task<IReadOnlyList<string>> ReadAsync(VerbContext context, CancellationToken cancellationToken)
    {
        // nothing is installed after a dry run of a first install
        if (!await context.Services.GetRequiredService<SchemaInstaller>().IsInstalledAsync(cancellationToken))
        {
            return [];
        }

        await using var connection = await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await context.Services.GetRequiredService<LinkLogin>().WarningAsync(
                connection, cancellationToken) is { } warning
                ? [warning]
                : [];
        }
        catch (PostgresException error) when (
            error.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedTable)
        {
            // after a dry run of an upgrade, the old version may not know links
            return [];
        }
    }
}
