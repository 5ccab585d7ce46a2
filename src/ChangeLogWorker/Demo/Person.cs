namespace ChangeLogWorker.Demo;

/// <summary>Someone who works in the demo's shop: who they are for the application, and what they do.</summary>
internal sealed record Person(
    string ActorId, string? IpAddress, string UserAgent, string? Reason, IReadOnlyList<string> Actions)
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    /// <summary>
    /// Orders come in a little faster than they go out, so that nobody runs out of work. Everybody begins with their
    /// first action.
    /// </summary>
    public static IReadOnlyList<Person> Everybody { get; } =
    [
        new("web-shop", "203.0.113.24", "shop-frontend/4.2", null,
            ["shop.place_order()", "shop.place_order()", "shop.advance_order('new', 'paid')"]),
        new("ana.ruiz", "192.0.2.17", Browser, null,
            ["shop.advance_order('new', 'paid')", "shop.change_quantity()", "shop.remove_line()"]),
        new("bram.devries", "192.0.2.40", "warehouse-scanner/1.9", null,
            ["shop.advance_order('paid', 'packed')", "shop.advance_order('packed', 'shipped')"]),
        new("chidi.okafor", "2001:db8::51", Browser, "customer called",
            [
                "shop.reset_password()",
                "shop.correct_address()",
                "shop.correct_address()",
                "shop.change_quantity()",
                "shop.cancel_order()"]),
        new("courier-webhook", "198.51.100.9", "parcelx-hooks/2", null,
            ["shop.advance_order('shipped', 'delivered')"]),
    ];
}
