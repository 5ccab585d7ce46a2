using System.Net.Sockets;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Recognises failures of the connection, which pass by themselves.</summary>
internal static class ConnectionLoss
{
    public static bool Is(Exception error) => error switch
    {
        PostgresException said => Is(said.SqlState),
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Shut down, crashed or starting up: class 57 except a cancelled statement.</summary>
    public static bool Is(string sqlState) => sqlState is ['0', '8', ..] or ['5', '7', 'P', ..];
}
