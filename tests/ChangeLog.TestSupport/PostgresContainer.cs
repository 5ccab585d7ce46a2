using System.Security.Cryptography;
using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;

namespace ChangeLog.TestSupport;

/// <summary>The tests' server in a container, where CHANGELOG_TEST_CONTAINER asks for one.</summary>
internal static class PostgresContainer
{
    private const string Variable = "CHANGELOG_TEST_CONTAINER";
    private const string DefaultImage = "postgres:18";

    /// <summary>A superuser's connection string; null where no container is asked for or none can be had.</summary>
    public static async Task<string?> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        if (Image(Environment.GetEnvironmentVariable(Variable)) is not { } image)
        {
            return null;
        }

        try
        {
            var container = new PostgreSqlBuilder(image)
                .WithUsername("postgres")
                .WithPassword(RandomNumberGenerator.GetHexString(32, lowercase: true))
                // the builder's own commands would make every commit asynchronous, which is the subject of tests
                .WithCommand("-c", "synchronous_commit=on")
                .WithCommand([.. settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })])
                .Build();
            // also where the engine has no reaper that would take it away
            AppDomain.CurrentDomain.ProcessExit += (_, _) => container.DisposeAsync().AsTask().GetAwaiter().GetResult();
            await container.StartAsync();
            return container.GetConnectionString();
        }
        catch (DockerUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"{Variable} is set, but no container engine answers: {e.Message}");
            return null;
        }
    }

    /// <summary>What the variable says: true for the default image, or an image's name.</summary>
    private static string? Image(string? said) =>
        bool.TryParse(said, out var asked)
            ? asked ? DefaultImage : null
            : string.IsNullOrWhiteSpace(said) ? null : said;
}
