using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>One runner per handler, so that none delays another.</summary>
internal sealed class HandlerRunners(
    IReadOnlyList<IHandler> handlers,
    IOptions<HandlersOptions> options,
    RuntimeSettings runtime,
    CursorStore cursors,
    DeadLetterRetry retry,
    DeadLetterStore letters,
    HandlerFailureStore failures,
    NpgsqlDataSource dataSource,
    TimeProvider timeProvider,
    ILogger<HandlerRunner> logger)
{
    private readonly HandlersOptions _options = options.Value;
    private IReadOnlyList<HandlerRunner>? _all;

    public IReadOnlyList<HandlerRunner> All => _all ??= [.. handlers.Select(Create)];

    private HandlerRunner Create(IHandler handler) => new(
        new PageProcessor(
            handler,
            () => new PageLimits(runtime.PageSize, runtime.PositionsPerPage, _options.PageTimeout),
            cursors,
            dataSource,
            timeProvider),
        new FailurePolicy(() => runtime.MaxAttempts, () => runtime.PageSize, timeProvider),
        new Probe(handler, _options.PageTimeout, dataSource),
        retry,
        letters,
        failures,
        timeProvider,
        logger);
}
