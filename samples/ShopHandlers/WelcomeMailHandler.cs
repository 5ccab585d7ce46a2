using ChangeLog.Handlers;
using ChangeLog.Reading;

namespace ShopHandlers;

/// <summary>Welcomes each customer who signs up from now on.</summary>
/// <remarks>
/// A mail cannot be taken back: the page may be tried again, so each mail has a key by which it is sent once.
/// </remarks>
internal sealed class WelcomeMailHandler(Mailer mailer) : IHandler
{
    public string Name => "shop.welcome_mail";

    public Streams Reads => Streams.Events;

    public HandlerFilter Filter => new() { EventTypes = ["shop.customer.signed_up"] };

    public bool FromNow => true;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await foreach (var signedUp in page.ReadEventsAsync(cancellationToken))
        {
            var address = signedUp.Payload?["email"]?.GetValue<string>();
            if (address is not null)
            {
                await mailer.SendAsync(signedUp.EventId, address, "Welcome to the shop", cancellationToken);
            }
        }
    }
}
