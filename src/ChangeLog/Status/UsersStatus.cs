using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>The users table, whether schema platform refers to it by foreign keys, and any caveat.</summary>
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
