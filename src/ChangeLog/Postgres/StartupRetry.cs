using System.Net.Sockets;
using ChangeLog.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Has a worker that starts while its server restarts wait for it, as one that works already does.</summary>
/// <remarks>
/// What was never reached may as well be a wrong address, which a person is to be told: it is tried for a few seconds
/// only. A server that says itself that it stops or starts, or that was reached before, is waited for as long as it
/// takes.
/// </remarks>
internal sealed class StartupRetry(
    DataSources dataSources, Pulse pulse, TimeProvider time, ILogger<StartupRetry> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstContact = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();

    private bool _wasReached;

    /// <summary>Does something that may be done again, until the server has answered.</summary>
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

    /// <summary>Notes that the server has answered: what fails from now on is no wrong address.</summary>
    public void Reached()
    {
        _wasReached = true;
        pulse.IsServerAway = false;
    }

    private bool IsAway(NpgsqlException error)
    {
        if (Said(error) is { } server)
        {
            // admin_shutdown, crash_shutdown, cannot_connect_now, and what a connection that is lost is called
            var isAway = server.SqlState is ['5', '7', 'P', '0', '1' or '2' or '3'] or ['0', '8', ..];
            _wasReached |= isAway;
            return isAway;
        }

        // a name that leads nowhere, a certificate, a password that is missing: they do not pass
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
