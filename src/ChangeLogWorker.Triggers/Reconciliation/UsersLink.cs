using ChangeLogWorker.Triggers.Installation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Brings the foreign keys to the users in line with the table of users, which may come late or go.</summary>
internal static class UsersLink
{
    private const string Link =
        /* language=sql */ "select changelog.link_users()";

    private const string Plan =
        /* language=sql */ "select distinct sentence from changelog.users_link_steps() order by sentence";

    // the keys to another table are dropped and made, then validated
    private const int MostSteps = 3;

    /// <summary>What a first step would do; nothing is locked for it. Where it cannot be told, the transaction is over.</summary>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Warnings)> PlanAsync(
        NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            return (await connection.LinesAsync(Plan, [], ct), []);
        }
        catch (PostgresException e) when (Transient.IsContention(e) || !e.IsTransient)
        {
            return ([], [Warning(e)]);
        }
    }

    /// <summary>A step a transaction, so that the users' table is locked for an instant at a time.</summary>
    /// <returns>What was done, and why the rest was not: the next reconcile tries it again.</returns>
    public static async Task<(IReadOnlyList<string> Done, IReadOnlyList<string> Warnings)> RunAsync(
        NpgsqlConnection connection, CancellationToken ct)
    {
        var done = new List<string>();
        try
        {
            while (done.Count < MostSteps)
            {
                if (await connection.ScalarAsync(Link, ct) is not string step)
                {
                    break;
                }

                done.Add(step);
            }

            return (done, []);
        }
        catch (PostgresException e) when (Transient.IsContention(e) || !e.IsTransient)
        {
            return (done, [Warning(e)]);
        }
    }

    private static string Warning(PostgresException error) =>
        "The tables of the schema platform do not refer to the users' table as they should: "
        + $"{error.MessageText}. The next reconcile tries it again.";
}
