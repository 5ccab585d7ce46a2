using ChangeLog.Keys;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Records;

/// <summary>Follows a record through changes of its key, both ways.</summary>
internal sealed class KeyTrail(NpgsqlConnection connection)
{
    private const string Former = /* language=sql */
        """
        select min(c.position), max(c.position) filter (where c.former_key is not null), min(c.former_key)
        from changelog.record_changes($1, $2, $3, $4, $5) c
        """;

    private const string Later = /* language=sql */
        """
        select e.position, e.new_key
        from changelog.record_end($1, $2, $3, $4) e
        where e.new_key is not null
        """;

    /// <summary>The key that is asked for, then the others that the record had before and has had since.</summary>
    public async Task<IReadOnlyList<KeyPeriod>> ReadAsync(
        KnownTable table, string record, CancellationToken cancellationToken)
    {
        List<KeyPeriod> periods = [new(await RecordKey.FormatsAsync(connection, table, record, cancellationToken))];
        if (table.Lives)
        {
            await AddFormerAsync(table, periods, cancellationToken);
            await AddLaterAsync(table, record, periods, cancellationToken);
        }

        return periods;
    }

    private async Task AddFormerAsync(KnownTable table, List<KeyPeriod> periods, CancellationToken cancellationToken)
    {
        var keys = periods[0].Keys;
        long? until = null;
        while (true)
        {
            var (first, change, former) = await FormerAsync(table, keys, until, cancellationToken);
            // the first period holds all that is logged under the key that was asked for
            if (first is not null && until is not null && !periods[0].Keys.Contains(keys[0]))
            {
                periods.Add(new KeyPeriod(keys, first, until));
            }

            if (former is null)
            {
                return;
            }

            (keys, until) = ([former], change);
        }
    }

    private async Task<(long? First, long? Change, string? Key)> FormerAsync(
        KnownTable table, IReadOnlyList<string> keys, long? until, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(
            Former,
            row => (row.GetFieldValue<long?>(0), row.GetFieldValue<long?>(1), row.TextOrNull(2)),
            [table.Oids[0], table.Schema, table.Table, Parameter.Texts(keys), until],
            cancellationToken))[0];

    private async Task AddLaterAsync(
        KnownTable table, string record, List<KeyPeriod> periods, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (await LaterAsync(table, record, cancellationToken) is [var (change, key)] && change > after)
        {
            if (after > 0)
            {
                periods[^1] = periods[^1] with { Until = change };
            }

            periods.Add(new KeyPeriod(
                await RecordKey.FormatsAsync(connection, table, key, cancellationToken), From: change));
            (record, after) = (key, change);
        }
    }

    private Task<List<(long Change, string Key)>> LaterAsync(
        KnownTable table, string record, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Later,
            row => (row.GetInt64(0), row.GetString(1)),
            [table.Oids[0], table.Schema, table.Table, record],
            cancellationToken);
}
