using ChangeLog.Handlers.LinkCleanup;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Terminal;

/// <summary>Why policies of links are not in force, for the verbs that say what is.</summary>
internal static class LinkWarnings
{
    public static async Task<IReadOnlyList<string>> ReadAsync(VerbContext context, CancellationToken cancellationToken)
    {
        // a first install that is only planned has left nothing to ask
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
            // an upgrade that is only planned has left what was before there were links
            return [];
        }
    }
}
