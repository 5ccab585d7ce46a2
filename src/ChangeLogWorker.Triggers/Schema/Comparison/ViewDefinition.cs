using System.Text;
using System.Text.RegularExpressions;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>A view as a script creates it, compared with the installed one as the server prints both.</summary>
/// <remarks>Creates temporary views of the same queries and rolls back: versions print queries differently.</remarks>
/// <param name="Script">Creates it.</param>
/// <param name="Name">Schema and name.</param>
internal sealed partial record ViewDefinition(SqlScript Script, string Name)
{
    private const string Probe = "changelog_probe_";

    private static readonly IReadOnlyList<ViewDefinition> All =
        [.. EmbeddedScripts.All.SelectMany(script => Head().Matches(script.Text)
            .Select(match => new ViewDefinition(script, match.Groups["name"].Value)))];

    /// <summary>
    /// Views whose query differs from this program's; none if the session may not create temporary objects.
    /// </summary>
    public static async Task<IReadOnlyList<Difference>> DifferencesAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        var views = All.Where(view => view.Script.IsIn(journal)).ToList();
        await connection.ExecuteAsync("savepoint probed", cancellationToken);
        try
        {
            var different = await connection.LinesAsync(Compare(views), [], cancellationToken);
            return [.. views.Where(view => different.Contains(view.Name))
                .Select(view => new Difference("view", view.Name, "has another query", view.Script.Name))];
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

    /// <summary>Recreates the view, dropping it first if its columns differ.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var view = All.Single(one => one.Name == name);
        await connection.ExecuteAsync("savepoint restored", cancellationToken);
        try
        {
            await connection.ExecuteAsync(view.Script.Text, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            await connection.ExecuteAsync("rollback to savepoint restored", cancellationToken);
            await connection.ExecuteAsync($"drop view {name}", cancellationToken);
            await connection.ExecuteAsync(view.Script.Text, cancellationToken);
        }
    }

    private static string Compare(List<ViewDefinition> views)
    {
        var statements = new StringBuilder();
        foreach (var (number, view) in views.Index())
        {
            statements.Append(view.AsProbe(number)).Append(";\n");
        }

        return statements
            .Append(
                $"""
                select n.name
                from unnest({OwnNames.Array(views.Select(view => view.Name))}) with ordinality n (name, place)
                join pg_class v on v.oid = n.name::regclass
                join pg_class p on p.oid = ('pg_temp.{Probe}' || n.place - 1)::regclass
                where pg_get_viewdef(v.oid) <> pg_get_viewdef(p.oid)
                or v.reloptions is distinct from p.reloptions
                """)
            .ToString();
    }

    // without the comment, which would be on the view itself
    private string AsProbe(int number)
    {
        var statement = Script.Text[Head().Match(Script.Text).Index..];
        var end = statement.IndexOf(";\n", StringComparison.Ordinal);
        return Head().Replace(end < 0 ? statement : statement[..end], $"create temporary view {Probe}{number}", 1);
    }

    [GeneratedRegex(@"^create or replace view (?<name>\w+\.\w+)", RegexOptions.Multiline)]
    private static partial Regex Head();
}
