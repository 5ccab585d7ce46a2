using ChangeLogWorker.Triggers.Capture;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Domain events that belong to a timeline.</summary>
/// <param name="Like">A LIKE pattern of their types.</param>
/// <param name="Path">Where in the payload the root's key stands.</param>
internal sealed record TimelineEvents(string Like, IReadOnlyList<string> Path)
{
    /// <summary>Whether a text names a path with an empty segment.</summary>
    public static bool HasEmptySegment(string text) => Parse(text, nameof(Path)).Path.Any(string.IsNullOrWhiteSpace);

    /// <summary>Reads <c>courses.plan.*=plan.id</c>; without a path it is the timeline's column for the root.</summary>
    public static TimelineEvents Parse(string text, string rootColumn) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var type, { Length: > 0 } path]
            ? new TimelineEvents(LikePattern.Of(type), path.Split('.'))
            : new TimelineEvents(LikePattern.Of(text.TrimEnd('=').Trim()), [rootColumn]);
}
