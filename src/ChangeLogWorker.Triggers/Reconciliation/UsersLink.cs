using ChangeLogWorker.Triggers.Installation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Brings the foreign keys to the users in line with the table of users, which may come late or go.</summary>
internal static class UsersLink
{
    private const string Link =
        /* language=sql */ "select changelog.link_users()";

    // the keys to another table are dropped and made, then validated
    private const int MostSteps = 3;

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
            return (done, ["The tables of the schema platform do not refer to the users' table as they should: "
                + $"{e.MessageText}. The next reconcile tries it again."]);
        }
    }
}
