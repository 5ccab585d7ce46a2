using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.IntegrationTests.Capture.Context;

/// <summary>The interceptor that docs/context.md shows.</summary>
public sealed class ContextInterceptor(Func<string> context) : DbTransactionInterceptor
{
    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection,
        TransactionEndEventData eventData,
        DbTransaction result,
        CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = result;
        command.CommandText = "select changelog.set_context($1)";
        command.Parameters.Add(new NpgsqlParameter { Value = context(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return result;
    }
}
