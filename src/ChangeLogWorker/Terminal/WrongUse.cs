using System.CommandLine;
using ChangeLog.Telemetry;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Terminal;

/// <summary>What is said about a command line that cannot be understood.</summary>
internal static class WrongUse
{
    public static async Task<int> SayAsync(params IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
        {
            await Console.Error.WriteLineAsync($"changelog: {EscapedText.Of(sentence)}");
        }

        return ExitCode.WrongUse;
    }

    public static IEnumerable<string> Sentences(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens is [var token, ..]
            ? [Unknown(token, verb)]
            : parsed.Errors.Select(error => $"{error.Message.TrimEnd('.')}. {See(verb)}");
    }

    /// <summary>A verb, option or argument that is none, with the nearest ones.</summary>
    public static string Unknown(string token, Command verb)
    {
        var isOption = token.StartsWith('-');
        var known = isOption
            ? verb.Options.Concat(GlobalOptions.All).Select(option => option.Name).Distinct()
            : verb.Subcommands.Select(command => command.Name);
        var near = NearestName.Near(token, known);
        var noun = isOption ? "an option" : verb.Subcommands.Count > 0 ? "a verb" : "an argument";
        return $"{token} is not {noun} of {Typed(verb)}."
            + (near.Count == 0 ? string.Empty : $" Did you mean {string.Join(" or ", near)}?")
            + $" {See(verb)}";
    }

    private static string See(Command verb) => $"See: {Typed(verb)} --help";

    private static string Typed(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Typed(parent)} {verb.Name}" : "changelog";
}
