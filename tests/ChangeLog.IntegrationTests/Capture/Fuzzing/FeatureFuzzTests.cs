using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>
/// Random schemas with the features of real ones: the application notices nothing, and the log replays to its tables.
/// </summary>
/// <remarks>
/// CHANGELOG_FUZZ_ROUNDS makes it longer, CHANGELOG_FUZZ_SEED repeats one and shows its statements. Each round is a
/// schema of some features (<see cref="FuzzFeature"/>) in a database with ChangeLog and in one without; any ten seeds
/// in a row have them all.
/// </remarks>
public sealed class FeatureFuzzTests
{
    private const int DefaultRounds = 10;

    // of each round; what follows is chance
    private const int FeaturesInTurn = 4;

    private static readonly string[] WantedExtensions = ["citext", "hstore", "ltree", "btree_gist"];

    private static readonly FuzzFeature[] AllFeatures = Enum.GetValues<FuzzFeature>();

    [Fact]
    public async Task An_application_notices_nothing_and_its_log_replays_to_its_tables()
    {
        var named = Number("CHANGELOG_FUZZ_SEED");
        var seed = named ?? Random.Shared.Next(1_000_000_000);
        var rounds = Number("CHANGELOG_FUZZ_ROUNDS") ?? DefaultRounds;
        await using var server = await PostgresServer.StartOwnAsync(
            ("max_prepared_transactions", "4"), ("autovacuum", "off"));
        await server.Admin.ExecuteAsync("create role fuzz_writer");
        var abilities = await AbilitiesAsync(server);
        var failures = new List<Exception>();
        var done = AllFeatures.ToDictionary(f => f, _ => 0);
        for (var round = 0; round < rounds; round++)
        {
            var schema = new FeatureSchema(seed + round, FeaturesOf(seed + round), abilities);
            var run = new FuzzRun(schema);
            try
            {
                await run.RunAsync(server, "fuzz_writer");
            }
            catch (Exception failure) when (failure is NpgsqlException or ShouldAssertException)
            {
                failures.Add(new InvalidOperationException(
                    $"CHANGELOG_FUZZ_SEED={seed + round} CHANGELOG_FUZZ_ROUNDS=1\n{run.Script}", failure));
            }

            Tell($"{seed + round}: {run.Summary}");
            if (named is not null)
            {
                Tell(run.Script);
            }

            foreach (var (feature, count) in run.Done)
            {
                done[feature] += count;
            }
        }

        Tell($"statements that succeeded: {string.Join(", ", done.Select(d => $"{d.Key} {d.Value}"))}");

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    [Fact]
    public void Rounds_one_after_another_have_every_feature() =>
        Enumerable.Range(77, DefaultRounds).SelectMany(FeaturesOf).Distinct().Order().ShouldBe(AllFeatures);

    [Fact]
    public void Every_feature_is_in_the_catalog() => FeatureCatalog.Add.Keys.Order().ShouldBe(AllFeatures);

    private static List<FuzzFeature> FeaturesOf(int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(seed % AllFeatures.Length * FeaturesInTurn, FeaturesInTurn)
                .Select(i => AllFeatures[i % AllFeatures.Length])
                .Concat(random.GetItems(AllFeatures, 2))
                .Distinct()
                .OrderBy(_ => random.Next()),
        ];
    }

    private static void Tell(string sentence) => TestContext.Current.TestOutputHelper?.WriteLine(sentence);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var n) ? n : null;

    private static async Task<FuzzServer> AbilitiesAsync(PostgresServer server)
    {
        var available = await server.Admin.LinesAsync("select name from pg_available_extensions");
        foreach (var missing in WantedExtensions.Except(available))
        {
            Tell($"The server has no extension {missing}: its types are left out.");
        }

        return new FuzzServer(
            await server.Admin.ScalarAsync<int>("select current_setting('server_version_num')::int / 10000"),
            await HasXmlAsync(server),
            [.. WantedExtensions.Intersect(available)]);
    }

    private static async Task<bool> HasXmlAsync(PostgresServer server)
    {
        try
        {
            await server.Admin.ExecuteAsync("select '<a/>'::xml");
            return true;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            return false;
        }
    }
}
