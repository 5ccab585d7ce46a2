using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Writes the entries of one timeline: what happened to an aggregate, as its root, its children and its events tell.</summary>
internal sealed class TimelineHandler(string timeline) : IHandler
{
    /* language=sql */
    private const string Fill = "select changelog.fill_timeline(@timeline, @changes, @logged_from, @logged_until, @events, true)";

    public string Name { get; } = Timeline.HandlerOf(timeline);

    public Streams Reads => Streams.Both;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await using var command = page.CreateCommand(Fill);
        command.Parameters.Add(new NpgsqlParameter<string>("timeline", timeline));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
