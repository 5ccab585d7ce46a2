using System.Net.Sockets;
using System.Text;

namespace ChangeLog.TestSupport;

/// <summary>What systemd gives a service of Type=notify: a socket to tell it how it is.</summary>
public sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _received = [];
    private readonly byte[] _buffer = new byte[4096];

    public NotifySocket() => _socket.Bind(new UnixDomainSocketEndPoint(Path));

    /// <summary>For NOTIFY_SOCKET.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");

    /// <summary>All that was received so far.</summary>
    public IReadOnlyList<string> Received => _received;

    /// <summary>Receives until one is right.</summary>
    public async Task<string> ReceiveAsync(Predicate<string> isRight)
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        while (true)
        {
            var message = await NextAsync(deadline.Token);
            _received.Add(message);
            if (isRight(message))
            {
                return message;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(Path);
    }

    private async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not received within the deadline; received: {string.Join(", ", _received)}");
        }
    }
}
