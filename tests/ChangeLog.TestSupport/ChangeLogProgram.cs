namespace ChangeLog.TestSupport;

/// <summary>
/// The program `changelog` as users have it: the published one test.sh names, else the one just built.
/// </summary>
public static class ChangeLogProgram
{
    /// <summary>Its path.</summary>
    public static string File { get; } =
        Environment.GetEnvironmentVariable("CHANGELOG_TEST_PROGRAM") is { Length: > 0 } published
            ? published
            : Path.Combine(AppContext.BaseDirectory, "changelog");

    /// <summary>Starts a verb; of settings, only the connection string and those given here reach it.</summary>
    public static RunningProgram Start(
        string? connectionString,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? settings = null) =>
        RunningProgram.Start(File, arguments, Variables(connectionString, settings));

    /// <summary>Starts a verb on a terminal, 80 columns wide, on which a person types.</summary>
    public static RunningProgram StartOnTerminal(string connectionString, params string[] arguments)
    {
        var words = string.Join(' ', arguments.Prepend(File).Select(word => $"'{word}'"));
        return RunningProgram.Start(
            "script",
            ["--quiet", "--return", "--command", $"stty cols 80; exec {words}", "/dev/null"],
            Variables(connectionString, new Dictionary<string, string?> { ["TERM"] = "dumb" }),
            isTyped: true);
    }

    private static Dictionary<string, string?> Variables(
        string? connectionString, IReadOnlyDictionary<string, string?>? settings)
    {
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("ChangeLog__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("OTEL_", StringComparison.Ordinal)
                || name.StartsWith("PG", StringComparison.Ordinal)
                || name is "NON_LOGGED_TABLES" or "DATABASE_URL")
            .ToDictionary(name => name, _ => (string?)null);
        environment["ConnectionStrings__ChangeLog"] = connectionString;
        if (PostgresServer.BinDirectory is { } folder)
        {
            environment["ChangeLog__Embedded__BinDirectory"] = folder;
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string? connectionString, params string[] arguments)
    {
        await using var program = Start(connectionString, arguments);
        return await program.WaitForExitAsync();
    }
}
