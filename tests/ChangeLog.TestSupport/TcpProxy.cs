using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ChangeLog.TestSupport;

/// <summary>A network that can be cut, between a program and a server on this machine.</summary>
/// <remarks>
/// What a stalled direction holds back is passed on when it flows again, as a network does that comes back.
/// </remarks>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private int _accepted;

    private TcpProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections have been accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Shut, nothing from a client reaches the server; new connections are accepted all the same.</summary>
    public Gate ToServer { get; } = new();

    /// <summary>Shut, nothing from the server reaches a client.</summary>
    public Gate ToClient { get; } = new();

    public static TcpProxy Start(int serverPort) => new(serverPort);

    /// <summary>Both directions go silent; nobody is told.</summary>
    public void Stall()
    {
        ToServer.Shut();
        ToClient.Shut();
    }

    /// <summary>Both directions flow again.</summary>
    public void Flow()
    {
        ToServer.Open();
        ToClient.Open();
    }

    /// <summary>Resets every connection, on both sides.</summary>
    public void Drop() => ForEach(connection => connection.Reset());

    /// <summary>
    /// The server's side of every connection is reset; the client is not told and hears nothing more.
    /// </summary>
    public void LeaveHalfOpen() => ForEach(connection => connection.ResetServer());

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Drop();
        Flow();
        await _accepting;
    }

    private void ForEach(Action<ProxiedConnection> act)
    {
        foreach (var connection in _connections.Keys)
        {
            act(connection);
        }
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                passing.Add(PassAsync(new ProxiedConnection(client, _serverPort)));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // stopped
        }

        Drop();
        await Task.WhenAll(passing);
    }

    private async Task PassAsync(ProxiedConnection connection)
    {
        using (connection)
        {
            _connections[connection] = true;
            await connection.PassAsync(ToServer, ToClient);
            _connections.TryRemove(connection, out _);
        }
    }
}
