using ChangeLog.Reading;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Dispatching;

/// <summary>Owns changelog.handler_failure: why a handler makes no progress, for <c>status</c> of another process.</summary>
/// <remarks>For people: that it cannot be written stops nothing.</remarks>
internal sealed class HandlerFailureStore(NpgsqlDataSource dataSource, ILogger<HandlerFailureStore> logger)
{
    /* language=sql */
    private const string Note = "select changelog.note_failure($1, $2, $3, $4, $5, $6)";

    /* language=sql */
    private const string Clear = "delete from changelog.handler_failure where handler = $1";

    public async Task NoteAsync(
        string handler, EntryKey? first, Failure failure, bool isPaused, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Note);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = handler });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = isPaused });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = first?.Kind, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(
            new NpgsqlParameter<long?> { TypedValue = first?.Position, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = failure.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = failure.ErrorType });
        await ExecuteAsync(command, handler, cancellationToken);
    }

    public async Task ClearAsync(string handler, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Clear);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = handler });
        await ExecuteAsync(command, handler, cancellationToken);
    }

    private async Task ExecuteAsync(NpgsqlCommand command, string handler, CancellationToken cancellationToken)
    {
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException error)
        {
            Log.FailureNotNoted(logger, handler, ErrorText.Of(error));
        }
    }
}
