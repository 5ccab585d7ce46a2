using ChangeLogWorker.Changes;
using ChangeLogWorker.Handlers;
using Npgsql;

namespace ChangeLogWorker.Dispatching;

/// <summary>A loop for each handler, so that one never holds up another.</summary>
internal sealed class HandlerLoops(
    IEnumerable<IHandler> handlers, CursorStore cursors, NpgsqlDataSource dataSource, TimeProvider timeProvider)
{
    public IReadOnlyList<HandlerLoop> All { get; } =
        [.. handlers.Select(handler => new HandlerLoop(handler, cursors, dataSource, timeProvider))];
}
