using Microsoft.Extensions.Hosting;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Follows what is ordered before any handler works: one that is stopped must not begin because a worker starts.</summary>
internal sealed class SteeringService(OrderStore orders) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => orders.FollowAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
