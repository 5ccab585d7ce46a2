using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>A view as a script makes it, compared with the installed one by what the server prints of both.</summary>
/// <remarks>A temporary view of the same query is made and rolled back: what a server prints of a query differs between versions.</remarks>
/// <param name="Script">What makes it.</param>
/// <param name="Name">Schema and name.</param>
internal sealed partial record ViewDefinition(SqlScript Script, string Name)
{
    private const string Probe = "changelog_probe";

    private static readonly IReadOnlyList<ViewDefinition> All =
        [.. EmbeddedScripts.All.SelectMany(script => Head().Matches(script.Text)
            .Select(match => new ViewDefinition(script, match.Groups["name"].Value)))];

    private string Differs =>
        /* language=sql */
        $"""
        select pg_get_viewdef(v.oid) is distinct from pg_get_viewdef(p.oid) or v.reloptions is distinct from p.reloptions
        from pg_class v, pg_class p
        where v.oid = '{Name}'::regclass and p.oid = 'pg_temp.{Probe}'::regclass
        """;

    /// <summary>Views that ask something else than this program's; where the session may not make temporary objects, none.</summary>
    public static async Task<IReadOnlyList<Difference>> DifferencesAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken ct)
    {
        List<Difference> differences = [];
        foreach (var view in All.Where(view => journal.TryGetValue(view.Script.Name, out var hash) && view.Script.IsKnownBy(hash)))
        {
            await connection.ExecuteAsync("savepoint probed", ct);
            try
            {
                await connection.ExecuteAsync(view.AsProbe(), ct);
                if (await connection.ScalarAsync(view.Differs, ct) is true)
                {
                    differences.Add(new Difference("view", view.Name, "has another query", view.Script.Name));
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege
                or PostgresErrorCodes.ReadOnlySqlTransaction)
            {
                return [];
            }
            finally
            {
                await connection.ExecuteAsync("rollback to savepoint probed", CancellationToken.None);
            }
        }

        return differences;
    }

    /// <summary>Makes the view anew, with other columns if need be.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        var view = All.Single(one => one.Name == name);
        await connection.ExecuteAsync("savepoint restored", ct);
        try
        {
            await connection.ExecuteAsync(view.Script.Text, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            await connection.ExecuteAsync("rollback to savepoint restored", ct);
            await connection.ExecuteAsync($"drop view {name}", ct);
            await connection.ExecuteAsync(view.Script.Text, ct);
        }
    }

    // up to the comment, which would be on the view itself
    private string AsProbe()
    {
        var statement = Script.Text[Head().Match(Script.Text).Index..];
        var end = statement.IndexOf(";\n", StringComparison.Ordinal);
        return Head().Replace(end < 0 ? statement : statement[..end], $"create temporary view {Probe}", 1);
    }

    [GeneratedRegex(@"^create or replace view (?<name>\w+\.\w+)", RegexOptions.Multiline)]
    private static partial Regex Head();
}
