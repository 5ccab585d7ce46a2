using ChangeLog.Keys;
using ChangeLog.Redaction;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>Runs <c>changelog redact</c> for the tests of it.</summary>
internal static class LateRedaction
{
    /// <summary>Everything recorded and derived, as place and content, but the application's own tables.</summary>
    public const string Recorded = /* language=sql */
        """
        select 'change', c::text from logs.change c
        union all select 'transaction', t::text from logs.transaction t
        union all select 'details', d::text from logs.change_details d
        union all select 'links', l::text from logs.change_links l
        union all select 'event', e::text from lib_event.event e
        union all select 'activity', a::text from platform.activity_logs a
        union all select 'user audit', a::text from platform.user_audit_logs a
        union all select 'letter', d::text from changelog.dead_letter d
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary><c>redact table column</c>.</summary>
    public static async Task<RedactionCounts> RedactAsync(
        this TestDatabase database, string name, string column, RedactionMethod way = RedactionMethod.Mask,
        bool isPlan = false, long stretch = 100_000,
        CancellationTokenSource? interrupted = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync(name, Token);
        var steps = await new RedactionPlan(connection).ColumnAsync(table, new ColumnPattern(column), way, Token);
        var description = Installer.Describe(("table", table.Name), ("column", column), ("way", "mask"));
        return await new LogRedaction(
            connection, isPlan, stretch).RunAsync(steps, description, interrupted?.Token ?? Token);
    }

    /// <summary><c>redact table --record id</c>.</summary>
    public static async Task<RedactionCounts> EraseAsync(
        this TestDatabase database, string name, string record, bool isPlan = false, long stretch = 100_000)
    {
        await using var connection = await database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync(name, Token);
        var plan = await new RedactionPlan(connection).RecordAsync(table, [record], Token);
        return await plan.RunAsync(connection, isPlan, "{}", Token, stretch) with { Positions = null };
    }

    /// <summary><c>redact --actor id</c>.</summary>
    public static async Task<RedactionCounts> EraseActorAsync(
        this TestDatabase database, string actor, bool isPlan = false, long stretch = 100_000)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await new LogRedaction(
            connection, isPlan, stretch).RunAsync(RedactionPlan.Actor(actor), "{}", Token) with { Positions = null };
    }

    /// <summary><c>redact lib_event.event key</c>, <c>redact logs.transaction key</c>.</summary>
    public static async Task<RedactionCounts> RedactKeyAsync(
        this TestDatabase database, RedactedPlace place, string key,
        RedactionMethod way = RedactionMethod.Mask, bool isPlan = false)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await new LogRedaction(connection, isPlan).RunAsync(
            [RedactionPlan.Key(place, new ColumnPattern(key), way)], "{}", Token);
    }
}
