using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using ChangeLogWorker.Triggers.Schema;
using ChangeLogWorker.Triggers.Schema.Comparison;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>
/// The file that says what an installation is made of is what an install makes; it shows every drift.
/// </summary>
public sealed class InstalledSchemaTests
{
    private const string Write = "CHANGELOG_TEST_WRITE_SCHEMA";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_install_makes_what_the_file_says()
    {
        // roles of fixed names, all of them
        await using var server = await EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory, PostgresServer.QuickSettings, Token);
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString());
        await admin.ExecuteAsync(await File.ReadAllTextAsync(InRepository("deploy/database/create_roles.sql"), Token));
        await admin.InstallAsync();
        await using var connection = await admin.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await SchemaInstaller.DifferencesAsync(connection, Token);
        var installed = SchemaFact.Print(await FactCatalog.ReadAsync(connection, Token));

        var file = InRepository("src/ChangeLogWorker.Triggers/Schema/Installed.txt");
        if (Environment.GetEnvironmentVariable(Write) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, installed, Token);
        }

        installed.Split('\n').ShouldBe(
            (await File.ReadAllTextAsync(file, Token)).ReplaceLineEndings("\n").Split('\n'),
            "Where a migration or grant is meant to make this difference, write the file anew: "
                + $"{Write}=1 with this test.");
    }

    private static string InRepository(string path) => Path.Combine(Above(AppContext.BaseDirectory), path);

    private static string Above(string directory) =>
        File.Exists(Path.Combine(directory, "ChangeLog.sln")) ? directory : Above(Path.GetDirectoryName(directory)!);
}
