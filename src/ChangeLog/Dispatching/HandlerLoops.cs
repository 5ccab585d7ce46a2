using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>A loop for each handler, so that one never holds up another.</summary>
internal sealed class HandlerLoops(
    IReadOnlyList<IHandler> handlers,
    IOptions<HandlersOptions> options,
    Orders orders,
    CursorStore cursors,
    DeadLetterRetry retry,
    DeadLetterStore letters,
    HandlerFailureStore failures,
    NpgsqlDataSource dataSource,
    TimeProvider timeProvider,
    ILogger<HandlerDelivery> logger)
{
    private readonly HandlersOptions _options = options.Value;
    private IReadOnlyList<HandlerDelivery>? _all;

    public IReadOnlyList<HandlerDelivery> All => _all ??= [.. handlers.Select(Create)];

    private HandlerDelivery Create(IHandler handler) => new(
        new HandlerLoop(
            handler,
            () => new PageLimits(orders.PageSize, orders.PositionsPerPage, _options.PageTimeout),
            cursors,
            dataSource,
            timeProvider),
        new FailurePolicy(() => orders.MaxAttempts, () => orders.PageSize, timeProvider),
        new Probe(handler, _options.PageTimeout, dataSource),
        retry,
        letters,
        failures,
        timeProvider,
        logger);
}
