using System.CommandLine;

namespace ChangeLogWorker.Terminal;

/// <summary>The option --limit.</summary>
internal static class Limits
{
    public static Option<int> Option(int byDefault, string description)
    {
        var option = new Option<int>("--limit")
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var limit) || limit < 1))
            {
                result.AddError("--limit must be an integer from 1");
            }
        });
        return option;
    }
}
