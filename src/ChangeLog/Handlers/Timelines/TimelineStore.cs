using System.Text.Json;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;
using Polly;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Owns changelog.timeline: the definitions of the timelines.</summary>
/// <remarks>Creating a table locks the application's, so it gives up soon and is retried.</remarks>
internal sealed class TimelineStore(NpgsqlDataSource dataSource, TimeProvider timeProvider)
{
    private const string Prepare = /* language=sql */
        "select changelog.prepare_timeline($1)";

    private const string SelectNames = /* language=sql */
        "select name from changelog.timeline order by name";

    private const string MakeTable = /* language=sql */
        "select changelog.make_timeline_table($1)";

    private const string Link = /* language=sql */
        "select 'linked' where changelog.link_timeline($1)";

    private const string Validate = /* language=sql */
        "select changelog.validate_timeline($1)";

    /* language=sql */
    private const string DropKey = "select k.dropped from changelog.drop_timeline_key($1) k (dropped) where k.dropped "
        + "is not null";

    private static readonly JsonSerializerOptions Snake =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ResiliencePipeline _pipeline = Transient.Pipeline(timeProvider);

    /// <summary>Stores a timeline's definition and creates its table; idempotent.</summary>
    /// <returns>What a person should know.</returns>
    /// <exception cref="RefusedException">A lock could not be acquired.</exception>
    public Task<IReadOnlyList<string>> PrepareAsync(Timeline timeline, CancellationToken cancellationToken)
    {
        var definition = JsonSerializer.Serialize(timeline, Snake);
        return MakeAsync(timeline.Name, Prepare, Parameter.Json(definition), cancellationToken);
    }

    /// <summary>Creates the table of a stored timeline if it is gone.</summary>
    /// <returns>What a person should know.</returns>
    /// <exception cref="RefusedException">A lock could not be acquired.</exception>
    public Task<IReadOnlyList<string>> MakeTableAsync(string timeline, CancellationToken cancellationToken) =>
        MakeAsync(timeline, MakeTable, timeline, cancellationToken);

    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        await TextsAsync(SelectNames, [], cancellationToken);

    // one foreign key per transaction, validated separately, so that no writer waits for long
    private async Task<IReadOnlyList<string>> MakeAsync(
        string timeline, string sql, Parameter parameter, CancellationToken cancellationToken)
    {
        try
        {
            var said = await AgainAsync(sql, parameter, cancellationToken);
            while ((await AgainAsync(Link, timeline, cancellationToken)).Count > 0)
            {
            }

            return
            [
                .. said,
                .. await AgainAsync(Validate, timeline, cancellationToken),
                .. await DropKeysAsync(timeline, cancellationToken),
            ];
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new RefusedException(
                $"Another session holds a lock that the timeline {timeline} needs: {e.MessageText}. "
                + "Find it in pg_stat_activity, then retry.",
                exitCode: 1);
        }
    }

    // keys that no setting asks for any more block nothing here: the next reconcile retries
    private async Task<IReadOnlyList<string>> DropKeysAsync(string timeline, CancellationToken cancellationToken)
    {
        var dropped = new List<string>();
        try
        {
            while (await TextsAsync(DropKey, [timeline], cancellationToken) is { Count: > 0 } done)
            {
                dropped.AddRange(done);
            }
        }
        catch (PostgresException e) when (Transient.IsContention(e))
        {
            dropped.Add(
                $"a foreign key that no setting asks for is not dropped yet: {e.MessageText}. "
                    + "The next reconcile retries");
        }

        return dropped;
    }

    private async Task<IReadOnlyList<string>> AgainAsync(
        string sql, Parameter parameter, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await TextsAsync(sql, [parameter], token), cancellationToken);

    private Task<List<string>> TextsAsync(string sql, Parameter[] parameters, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(sql).ColumnAsync<string>(parameters, cancellationToken);
}
