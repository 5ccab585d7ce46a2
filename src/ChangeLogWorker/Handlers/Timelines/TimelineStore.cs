using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Handlers.Timelines;

/// <summary>Owns changelog.timeline: what each timeline is.</summary>
internal sealed class TimelineStore(NpgsqlDataSource dataSource)
{
    /* language=sql */
    private const string Prepare = "select changelog.prepare_timeline($1)";

    /* language=sql */
    private const string SelectNames = "select name from changelog.timeline order by name";

    /* language=sql */
    private const string MakeTable = "select changelog.make_timeline_table($1)";

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Notes what a timeline is and makes its table; a second call changes nothing.</summary>
    /// <returns>What a person should know.</returns>
    public Task<IReadOnlyList<string>> PrepareAsync(Timeline timeline, CancellationToken cancellationToken) =>
        TextsAsync(
            Prepare,
            new NpgsqlParameter { Value = JsonSerializer.Serialize(timeline, Snake), NpgsqlDbType = NpgsqlDbType.Jsonb },
            cancellationToken);

    /// <summary>Makes the table of a timeline that is known, where it is gone.</summary>
    public Task<IReadOnlyList<string>> MakeTableAsync(string timeline, CancellationToken cancellationToken) =>
        TextsAsync(MakeTable, new NpgsqlParameter<string> { TypedValue = timeline }, cancellationToken);

    public Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        TextsAsync(SelectNames, null, cancellationToken);

    private async Task<IReadOnlyList<string>> TextsAsync(
        string sql, NpgsqlParameter? parameter, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        if (parameter is not null)
        {
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
