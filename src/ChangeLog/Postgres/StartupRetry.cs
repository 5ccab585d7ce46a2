using System.Net.Sockets;
using ChangeLog.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Lets a worker that starts while its server restarts wait for it, as a running one does.</summary>
/// <remarks>
/// A server never reached may be a wrong address, which should be reported: retry for a few seconds only. One that says
/// it is stopping or starting, or was reached before, is waited for as long as it takes.
/// </remarks>
internal sealed class StartupRetry(
    DataSources dataSources, Pulse pulse, TimeProvider time, ILogger<StartupRetry> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstContact = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();

    private bool _wasReached;

    /// <summary>Runs something idempotent until the server has answered.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        var said = new LogOnce();
        while (true)
        {
            try
            {
                await action(cancellationToken);
                Reached();
                return;
            }
            catch (NpgsqlException error) when (IsAway(error))
            {
                pulse.IsServerAway = true;
                Say(error, said);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The server has answered, so later failures are not due to a wrong address.</summary>
    public void Reached()
    {
        _wasReached = true;
        pulse.IsServerAway = false;
    }

    private bool IsAway(NpgsqlException error)
    {
        if (Said(error) is { } server)
        {
            // admin_shutdown, crash_shutdown, cannot_connect_now, and lost connections
            var isAway = server.SqlState is ['5', '7', 'P', '0', '1' or '2' or '3'] or ['0', '8', ..];
            _wasReached |= isAway;
            return isAway;
        }

        // an unknown host, a certificate, a missing password: they do not pass
        return error.InnerException is SocketException { SocketErrorCode: not (SocketError.HostNotFound
            or SocketError.NoData) }
                or IOException or TimeoutException
            && (_wasReached || time.GetElapsedTime(_began) < FirstContact);
    }

    private void Say(NpgsqlException error, LogOnce said)
    {
        var isStarting = Said(error) is { SqlState: PostgresErrorCodes.CannotConnectNow };
        if (!said.IsNewFailure(isStarting ? nameof(Log.ServerStarting) : nameof(Log.ServerAway)))
        {
            return;
        }

        if (isStarting)
        {
            Log.ServerStarting(logger, dataSources.Address);
        }
        else
        {
            Log.ServerAway(logger, dataSources.Address, (error.InnerException ?? error).Message);
        }
    }

    private static PostgresException? Said(NpgsqlException error) =>
        error as PostgresException ?? error.InnerException as PostgresException;
}
