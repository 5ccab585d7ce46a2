using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChangeLogWorker.Demo.Server;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>
/// A pgbouncer before a server, in transaction mode unless told: each transaction may run in another session.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    // as the account that runs the server: pgbouncer refuses to be root, and its file holds a password. Ends with its
    // input
    private const string Keeper =
        """
        umask 077
        dir=$(mktemp -d 2>/dev/null || mktemp -d /tmp/pgbouncer-XXXXXX) || exit 1
        trap 'kill $pid; rm -rf "$dir"' EXIT
        while read -r line && [ -n "$line" ]; do printf '%s\n' "$line"; done > "$dir/pgbouncer.ini"
        "$1" -q "$dir/pgbouncer.ini" & pid=$!
        read -r line
        """;

    private const int PoolSize = 8;

    private readonly Process _keeper;

    private PgBouncer(Process keeper, int port)
    {
        _keeper = keeper;
        Port = port;
    }

    public static bool IsInstalled => Program is not null;

    /// <summary>Where clients connect.</summary>
    public int Port { get; }

    // Debian keeps it among the administrator's programs, which are not on everyone's path
    private static string? Program =>
        PostgresBinaries.OnPath("pgbouncer") ?? (File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : null);

    /// <summary>Starts one through which every database of the server can be reached.</summary>
    public static async Task<PgBouncer> StartAsync(string connectionString, string mode = "transaction")
    {
        var port = FreePort();
        var keeper = ServerAccount.Choose().Start("sh", ["-c", Keeper, "keeper", Program!]);
        await keeper.StandardInput.WriteAsync(
            Settings(new NpgsqlConnectionStringBuilder(connectionString), port, mode));
        await keeper.StandardInput.FlushAsync();
        await Eventually.TrueAsync("pgbouncer accepts connections", () => AcceptsAsync(port));
        return new PgBouncer(keeper, port);
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private static string Settings(NpgsqlConnectionStringBuilder server, int port, string mode) =>
        $"""
        [databases]
        * = host={server.Host} port={server.Port} user={server.Username} password={server.Password}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = any
        pool_mode = {mode}
        default_pool_size = {PoolSize}
        max_client_conn = 200


        """;

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
