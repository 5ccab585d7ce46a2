using System.CommandLine;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Terminal;

/// <summary>
/// Asks before something is lost: a person types the database's name, a script passes --yes or --confirm.
/// </summary>
internal static class Confirmation
{
    public static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Do not ask first; for scripts",
    };

    public static readonly Option<string?> Name = new("--confirm")
    {
        Description = "Do not ask first, if the database has this name; for scripts",
        HelpName = "database",
    };

    /// <param name="context">The verb that asks.</param>
    /// <param name="readLoss">
    /// A sentence about what will be lost; null: nothing. Read only if a person is asked, since it may take a while.
    /// </param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <exception cref="RefusedException">It is not confirmed.</exception>
    public static async Task RequireAsync(
        VerbContext context, Func<Task<string?>> readLoss, CancellationToken cancellationToken)
    {
        var (address, database, _, _) = Server.Of(context.Configuration);
        if (context.Parsed.GetValue(Name) is { } given)
        {
            Require(given == database, $"--confirm is {given}, but the database is {database}");
            return;
        }

        if (context.Has(Yes))
        {
            return;
        }

        Require(
            !Console.IsInputRedirected && !Console.IsErrorRedirected,
            $"There is no terminal to confirm it on. Add --yes, or --confirm {database}");
        if (await readLoss() is not { } loss)
        {
            return;
        }

        var typed = await context.Output.AskAsync(
            loss, $"To go on, type the name of the database, {database} at {address}:", cancellationToken);
        Require(
            typed?.Trim() == database,
            string.IsNullOrWhiteSpace(typed) ? "No name was typed" : $"{typed.Trim()} is not the database's name");
    }

    private static void Require(bool isConfirmed, string otherwise)
    {
        if (!isConfirmed)
        {
            throw new RefusedException($"{otherwise}. Nothing was changed.", ExitCode.WrongUse);
        }
    }
}
