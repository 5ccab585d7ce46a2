using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Reconciles the foreign keys to the users, and those of timelines, with the settings.</summary>
internal static class UsersLink
{
    private const string Link =
        /* language=sql */ "select changelog.link_users()";

    private const string DropTimelineKey =
        /* language=sql */ "select changelog.drop_timeline_key()";

    private const string Plan = /* language=sql */
        """
        select distinct sentence from changelog.users_link_steps()
        union
        select format('%s no longer refers to %s', table_oid, referred)
        from changelog.unwanted_timeline_keys()
        where table_oid is not null
        order by sentence
        """;

    private const string Hints =
        /* language=sql */ "select sentence from changelog.users_notes() where is_hint";

    private const string Costs =
        /* language=sql */ "select sentence from changelog.users_notes() where not is_hint";

    // for four tables each: keys to another table are dropped and created, then validated
    private const int MostSteps = 12;

    // two tables each; the next reconcile goes on
    private const int MostTimelineKeys = 100;

    /// <summary>What the first step would do, without locks. If that is unknown, the transaction has failed.</summary>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Warnings)> PlanAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.LinesAsync(Plan, [], cancellationToken), []);
        }
        catch (PostgresException e) when (Transient.IsContention(e) || !e.IsTransient)
        {
            return ([], [Warning(e)]);
        }
    }

    /// <summary>One table per transaction, so that the users table is only locked for an instant at a time.</summary>
    /// <returns>What was done, and why the rest was not: the next reconcile retries.</returns>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Warnings)> RunAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        try
        {
            await RepeatAsync(connection, Link, MostSteps, done, cancellationToken);
            await RepeatAsync(connection, DropTimelineKey, MostTimelineKeys, done, cancellationToken);
            return (done, []);
        }
        catch (PostgresException e) when (Transient.IsContention(e) || !e.IsTransient)
        {
            return (done, [Warning(e)]);
        }
    }

    /// <summary>Settings that may be missing, and the cost of those in force.</summary>
    public static async Task<(IReadOnlyList<string> Hints, IReadOnlyList<string> Warnings)> NotesAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.LinesAsync(Hints, [], cancellationToken),
            await connection.LinesAsync(Costs, [], cancellationToken));

    private static async Task RepeatAsync(
        NpgsqlConnection connection, string sql, int most, List<string> done, CancellationToken cancellationToken)
    {
        for (var i = 0; i < most && await connection.ScalarAsync(sql, cancellationToken) is string step; i++)
        {
            done.Add(step);
        }
    }

    private static string Warning(PostgresException error) =>
        "The foreign keys to the users, or those of a timeline, differ from the settings: "
        + $"{error.MessageText}. The next reconcile retries.";
}
