using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>
/// The table of users, whether user_id of the schema platform refers to it by foreign keys, and what is to be known.
/// </summary>
internal sealed record UsersStatus(string? Table, bool Linked, string? Reason)
{
    private const string Select = /* language=sql */ "select users_table, linked, reason from changelog.users_link";

    public static Task<UsersStatus> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(
            Select,
            row => new UsersStatus(row.TextOrNull(0), row.GetBoolean(1), row.TextOrNull(2)),
            [],
            cancellationToken);
}
