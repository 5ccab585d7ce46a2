using Microsoft.Extensions.Hosting;

namespace ChangeLogWorker.Terminal;

/// <summary>Leaves signals to the command line, which cancels the verb's token.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
