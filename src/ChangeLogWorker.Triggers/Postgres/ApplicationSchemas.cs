namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Schemas of the application, and ChangeLog's own.</summary>
public static class ApplicationSchemas
{
    /// <summary>
    /// ChangeLog's own, as a list in SQL, including platform, which also has the application's tables.
    /// </summary>
    internal const string OwnList = "logs, lib_event, lib_events, changelog, platform";

    internal const string OwnArray = $"string_to_array('{OwnList}', ', ')";

    /// <summary>ChangeLog's own.</summary>
    public static IReadOnlyList<string> Own { get; } = OwnList.Split(", ");
}
