using System.Net;
using System.Net.Sockets;

namespace ChangeLog.TestSupport;

/// <summary>
/// One connection through a <see cref="TcpProxy"/>: a socket on either side and what passes between them.
/// </summary>
internal sealed class ProxiedConnection(Socket client, int serverPort) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource _clientReset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isHalfOpen;

    /// <summary>Passes bytes on until either side ends, then ends the other; half open, until it is reset.</summary>
    public async Task PassAsync(Gate toServer, Gate toClient)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, serverPort);
            await Task.WhenAny(PumpAsync(client, _server, toServer), PumpAsync(_server, client, toClient));
            if (_isHalfOpen)
            {
                await _clientReset.Task;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // the server is not there: the client sees a connection that ends
        }

    }

    /// <summary>Not a reset: the last that a server says before it goes must arrive.</summary>
    public void Dispose()
    {
        _server.Dispose();
        client.Dispose();
    }

    public void Reset()
    {
        ResetServer();
        Reset(client);
        _clientReset.TrySetResult();
    }

    public void ResetServer()
    {
        _isHalfOpen = true;
        Reset(_server);
    }

    private static async Task PumpAsync(Socket from, Socket to, Gate gate)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                await gate.Passing;
                var count = await from.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                // what came after the gate was shut waits too
                await gate.Passing;
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // one side is gone
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // it is gone already
        }
    }
}
