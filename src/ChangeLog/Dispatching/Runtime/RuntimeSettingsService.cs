using Microsoft.Extensions.Hosting;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>
/// Applies the runtime settings before any handler starts, so that a restart starts no stopped handler.
/// </summary>
internal sealed class RuntimeSettingsService(RuntimeSettingsStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.ApplyAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
