using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Reading;

/// <summary>Finds transactions whose row was not written, and passes them to every handler.</summary>
internal sealed class TransactionSweep(NpgsqlDataSource dataSource)
{
    private const string Sweep = /* language=sql */
        "select changelog.sweep_transactions()";

    private const string HasToLook = /* language=sql */
        "select p.last_value > s.finished or s.upto is not null from lib_event.position p, changelog.sweep s";

    private const string LastDrawn = /* language=sql */
        "select last_value from lib_event.position";

    private const string Finished = /* language=sql */
        "select finished from changelog.sweep";

    /// <summary>Sweeps everything except what running transactions hold up.</summary>
    /// <returns>How many transactions were recovered.</returns>
    public async Task<int> RunThroughAsync(CancellationToken cancellationToken)
    {
        if (!await dataSource.CreateCommand(HasToLook).ValueAsync<bool>([], cancellationToken))
        {
            return 0;
        }

        var end = await PositionAsync(LastDrawn, cancellationToken);
        // the first round only stores the end of the log
        var recovered = await RunOnceAsync(cancellationToken);
        long before;
        var finished = await PositionAsync(Finished, cancellationToken);
        do
        {
            before = finished;
            recovered += await RunOnceAsync(cancellationToken);
            finished = await PositionAsync(Finished, cancellationToken);
        }
        while (finished < end && finished > before);
        return recovered;
    }

    // one stretch, to which no running transaction can still add
    private Task<int> RunOnceAsync(CancellationToken cancellationToken) =>
        dataSource.CreateCommand(Sweep).ValueAsync<int>([], cancellationToken);

    private Task<long> PositionAsync(string sql, CancellationToken cancellationToken) =>
        dataSource.CreateCommand(sql).ValueAsync<long>([], cancellationToken);
}
