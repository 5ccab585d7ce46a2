using ChangeLogWorker.Changes;
using ChangeLogWorker.Configuration;
using ChangeLogWorker.Handlers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Dispatching;

/// <summary>A loop for each handler, so that one never holds up another.</summary>
internal sealed class HandlerLoops(
    IReadOnlyList<IHandler> handlers,
    IOptions<HandlersOptions> options,
    CursorStore cursors,
    NpgsqlDataSource dataSource,
    TimeProvider timeProvider)
{
    public IReadOnlyList<HandlerLoop> All { get; } =
        [.. handlers.Select(handler => new HandlerLoop(
            handler,
            new PageLimits(options.Value.PageSize, options.Value.PositionsPerPage, options.Value.PageTimeout),
            cursors,
            dataSource,
            timeProvider))];
}
