using ChangeLog.Postgres;
using ChangeLog.Reading;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>
/// Owns changelog.handler_failure: why a handler makes no progress, for <c>status</c> in another process.
/// </summary>
/// <remarks>Informational: a failure to write it is ignored.</remarks>
internal sealed class HandlerFailureStore(NpgsqlDataSource dataSource, ILogger<HandlerFailureStore> logger)
{
    private const string Note = /* language=sql */
        "select changelog.note_failure($1, $2, $3, $4, $5, $6)";

    private const string Clear = /* language=sql */
        "delete from changelog.handler_failure where handler = $1";

    public Task NoteAsync(
        string handler, EntryKey? first, Failure failure, bool isPaused, CancellationToken cancellationToken) =>
        TryAsync(
            Note,
            [handler, isPaused, first?.Kind, first?.Position, failure.Text, failure.ErrorType],
            handler,
            cancellationToken);

    public Task ClearAsync(string handler, CancellationToken cancellationToken) =>
        TryAsync(Clear, [handler], handler, cancellationToken);

    private async Task TryAsync(
        string sql, Parameter[] parameters, string handler, CancellationToken cancellationToken)
    {
        try
        {
            await dataSource.CreateCommand(sql).ExecuteAsync(parameters, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            Log.FailureNotNoted(logger, handler, ErrorText.Of(error));
        }
    }
}
