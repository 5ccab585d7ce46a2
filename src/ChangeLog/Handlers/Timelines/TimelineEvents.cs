using ChangeLogWorker.Triggers.Capture;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Domain events that belong to a timeline.</summary>
/// <param name="Like">A LIKE pattern of their types.</param>
/// <param name="Path">Path of the root's key in the payload.</param>
internal sealed record TimelineEvents(string Like, IReadOnlyList<string> Path)
{
    /// <summary>Whether a text names a path with an empty segment.</summary>
    public static bool HasEmptySegment(string text) => Parse(text, nameof(Path)).Path.Any(string.IsNullOrWhiteSpace);

    /// <summary>Parses <c>courses.plan.*=plan.id</c>; the default path is the timeline's root column.</summary>
    public static TimelineEvents Parse(string text, string rootColumn) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var type, { Length: > 0 } path]
            ? new TimelineEvents(LikePattern.Of(type), path.Split('.'))
            : new TimelineEvents(LikePattern.Of(text.TrimEnd('=').Trim()), [rootColumn]);
}
