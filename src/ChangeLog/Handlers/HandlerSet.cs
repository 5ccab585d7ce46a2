using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Handlers;

/// <summary>Composes a worker's handlers, each behind its filter, and reports all problems at once.</summary>
internal static class HandlerSet
{
    /// <param name="builtIn">Their names are reserved whether they run or not.</param>
    /// <param name="runsBuiltIn">Whether they run.</param>
    /// <param name="custom">Those of the program and of the settings.</param>
    /// <exception cref="SettingsException">A handler is invalid.</exception>
    public static IReadOnlyList<IHandler> Compose(
        IReadOnlyList<IHandler> builtIn, bool runsBuiltIn, IReadOnlyList<IHandler> custom)
    {
        var names = builtIn.Select(handler => handler.Name).ToList();
        var problems = custom.SelectMany(Problems)
            .Concat(custom.Select(handler => handler.Name).Where(names.Contains).Distinct().Select(Taken))
            .Concat(custom.GroupBy(handler => handler.Name).Where(same => same.Count() > 1).Select(Doubled))
            .ToList();
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }

        return [.. (runsBuiltIn ? builtIn : []).Concat(custom.Select(FilteredHandler.Of))];
    }

    private static IEnumerable<string> Problems(IHandler handler)
    {
        if (string.IsNullOrWhiteSpace(handler.Name) || handler.Name.Any(char.IsControl))
        {
            yield return $"A handler has no usable name ({handler.GetType().Name}): give it one that is not "
                + "blank.";
        }

        foreach (var problem in FilterProblems(handler))
        {
            yield return $"The filter of the handler {handler.Name} is invalid: {problem}";
        }
    }

    private static IEnumerable<string> FilterProblems(IHandler handler)
    {
        var filter = handler.Filter;
        if (handler.Reads == Streams.Events && filter.Tables.Count + filter.Operations.Count > 0)
        {
            yield return "it reads events, which have neither tables nor operations. Let it read changes, or both.";
        }

        if (handler.Reads == Streams.Changes && filter.EventTypes.Count > 0)
        {
            yield return "it reads changes, which have no event type. Let it read events, or both.";
        }

        if (filter.EventTypes.Any(string.IsNullOrWhiteSpace))
        {
            yield return "an event type is blank.";
        }

        if (MalformedTable(handler) is { } malformed)
        {
            yield return malformed;
        }
    }

    private static string? MalformedTable(IHandler handler)
    {
        try
        {
            _ = FilteredHandler.Of(handler);
            return null;
        }
        catch (RefusedException refused)
        {
            return refused.Message;
        }
    }

    private static string Taken(string name) =>
        $"A handler is named {name}, as one of ChangeLog's own is. Give it another name.";

    private static string Doubled(IGrouping<string, IHandler> same) =>
        $"{same.Count()} handlers are named {same.Key}. Each needs a name of its own, under which its cursor is kept.";
}
