using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>Reads everything that <c>status</c> shows, section by section; changes nothing.</summary>
internal sealed class StatusReader(NpgsqlConnection connection, bool withFunctions = false)
{
    private const string LinkFindings = /* language=sql */ "select findings from changelog.link_sweep";

    private const string OutOfLine = /* language=sql */
        """
        select format('%s.%s: %s (%s)', table_schema, table_name, reason, trigger_name)
        from changelog.trigger_plan()
        """;

    private const string Unprotected = /* language=sql */
        """
        select format(
            'Nothing is captured: session_replication_role = replica is set for %s, under which no trigger fires. '
            'Run: %s',
            b.who, b.remedy)
        from changelog.bypasses() b
        where b.remedy is not null
        union all
        select replace(g.sentence, ' was ', ' is ') || ' Run: changelog install'
        from changelog.guard_plan() g
        """;

    public async Task<DatabaseStatus> ReadAsync(CancellationToken cancellationToken) => new(
        await Installation.ReadAsync(connection, cancellationToken),
        await WorkerStatus.ReadAsync(connection, cancellationToken),
        await NotificationStatus.ReadAsync(connection, cancellationToken),
        await HandlerStatus.ReadAsync(connection, cancellationToken),
        await HandlerTrouble.ReadAsync(connection, cancellationToken),
        await TimelineStatus.ReadAsync(connection, cancellationToken),
        await TableStatus.ReadAsync(connection, withFunctions, cancellationToken),
        await LogSize.ReadAsync(connection, cancellationToken),
        await SettingsInForce.ReadAsync(connection, cancellationToken),
        await RedactionStatus.ReadAsync(connection, cancellationToken),
        await connection.ColumnAsync<string>(OutOfLine, [], cancellationToken))
        {
            Users = await UsersStatus.ReadAsync(connection, cancellationToken),
            RuntimeSettings = await RuntimeSettingStatus.ReadAsync(connection, cancellationToken),
            Actors = await KnownActors.ReadAsync(connection, cancellationToken),
            Suspended = await SuspendedTable.ReadAsync(connection, cancellationToken),
            Gaps = await CoverageGap.ReadAsync(connection, cancellationToken),
            Rules = await RuleWarning.ReadAsync(connection, cancellationToken),
            LinkFindings = await connection.ValueAsync<string[]>(LinkFindings, [], cancellationToken),
            Unprotected = await connection.ColumnAsync<string>(Unprotected, [], cancellationToken),
        };
}
