using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLog.Handlers.SqlFiles;

/// <summary>What a SQL file may not contain, checked at start rather than at the first page.</summary>
internal static class SqlFileRules
{
    private static readonly string[] OfChanges = ["changes", "logged_from", "logged_until"];

    private static readonly string[] OfEvents = ["events"];

    private static readonly string[] EndsTransaction =
        [
            "abort",
            "begin",
            "commit",
            "end",
            "prepare transaction",
            "release",
            "rollback",
            "savepoint",
            "start transaction"];

    private static readonly string[] OutlivesTransaction = ["discard", "listen", "reset", "set", "unlisten"];

    private static readonly string[] EndsWithTransaction = ["set constraints", "set local", "set transaction"];

    /// <summary>Problems, each as the end of a sentence that names the file; none if there is no file.</summary>
    public static IEnumerable<string> Problems(string? sql, Streams reads)
    {
        if (sql is null)
        {
            yield break;
        }

        var text = SqlText.Read(sql);
        if (text.Beginnings.Count == 0)
        {
            yield return "which contains no statement.";
        }

        if (text.HasCommandOfPsql)
        {
            yield return "which contains a backslash, as psql commands do. Write plain SQL.";
        }

        foreach (var beginning in text.Beginnings)
        {
            if (BeginsWith(beginning, EndsTransaction))
            {
                yield return $"which contains the statement {beginning}. It runs in the page's transaction, which is "
                    + "not "
                    + "its own to end: "
                    + "remove that statement.";
            }
            else if (BeginsWith(beginning, OutlivesTransaction) && !EndsWithTransaction.Contains(beginning))
            {
                yield return $"which contains the statement {beginning}. It would stay in force on a connection that "
                    + "others use: "
                    + "write set local.";
            }
        }

        foreach (var parameter in text.Parameters)
        {
            if (ProblemOf(parameter, reads) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static bool BeginsWith(string beginning, string[] words) =>
        words.Any(word => beginning == word || beginning.StartsWith(word + " ", StringComparison.Ordinal));

    private static string? ProblemOf(string parameter, Streams reads)
    {
        var known = OfChanges.Concat(OfEvents).ToList();
        if (!known.Contains(parameter, StringComparer.OrdinalIgnoreCase))
        {
            return $"which uses @{parameter}. The parameters are "
                + string.Join(", ", known.Select(name => "@" + name))
                + (NearestName.Of(parameter, known) is { } nearest ? $"; the nearest is @{nearest}." : ".");
        }

        var isOfEvents = OfEvents.Contains(parameter, StringComparer.OrdinalIgnoreCase);
        return reads == (isOfEvents ? Streams.Changes : Streams.Events)
            ? $"which uses @{parameter}, but the handler reads {reads.ToString().ToLowerInvariant()}. "
                + $"Set Reads to {(isOfEvents ? Streams.Events : Streams.Changes)} or {Streams.Both}."
            : null;
    }
}
