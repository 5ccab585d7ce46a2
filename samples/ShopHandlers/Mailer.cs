using Microsoft.Extensions.Logging;

namespace ShopHandlers;

/// <summary>Stands for a mail service; one that is asked twice with the same key sends one mail.</summary>
internal sealed partial class Mailer(ILogger<Mailer> logger)
{
    public Task SendAsync(Guid idempotencyKey, string address, string subject, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Sent(address, subject, idempotencyKey);
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "To {Address}: {Subject} ({Key})")]
    private partial void Sent(string address, string subject, Guid key);
}
