using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class ImportTests
{
    private static readonly string[] Leaves = ["Changes", "Configuration", "Telemetry"];

    private static readonly string[] Everywhere = ["Changes", "Configuration", "Connecting", "Telemetry"];

    private static IEnumerable<SourceFile> Worker =>
        Repository.Production.Where(file => file.Path.StartsWith("src/ChangeLogWorker/", StringComparison.Ordinal));

    [Fact]
    public void The_half_in_the_database_knows_nothing_of_the_worker() =>
        Repository.Production
            .Where(file => file.Path.StartsWith("src/ChangeLogWorker.Triggers/", StringComparison.Ordinal))
            .SelectMany(file => Wrong(file, import => import == "Triggers" || import.StartsWith("Triggers/", StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void Changes_Configuration_and_Telemetry_know_nobody_in_the_worker() =>
        Worker
            .Where(file => Leaves.Contains(Top(file.Folder)))
            .SelectMany(file => Wrong(file, import =>
                Top(import) == Top(file.Folder) || Top(import) == "Triggers"))
            .ShouldBeEmpty();

    [Fact]
    public void A_handler_knows_no_other_handler() =>
        Worker
            .Where(file => file.Folder.StartsWith("Handlers/", StringComparison.Ordinal))
            .SelectMany(file => Wrong(file, import =>
                import == "Handlers" || import == file.Folder || Top(import) == "Triggers" || Everywhere.Contains(Top(import))))
            .ShouldBeEmpty();

    [Fact]
    public void Dispatching_knows_the_contract_but_no_handler() =>
        Worker
            .Where(file => Top(file.Folder) == "Dispatching")
            .SelectMany(file => Wrong(file, import =>
                import is "Handlers" or "Listening" or "Steering" or "Dispatching" || Everywhere.Contains(Top(import))))
            .ShouldBeEmpty();

    [Fact]
    public void Nobody_knows_the_command_line() =>
        Worker
            .Where(file => Top(file.Folder) != "Cli" && Path.GetFileName(file.Path) != "Program.cs")
            .SelectMany(file => Wrong(file, import => Top(import) != "Cli"))
            .ShouldBeEmpty();

    private static IEnumerable<string> Wrong(SourceFile file, Func<string, bool> allowed) =>
        file.Imports.Where(import => !allowed(import)).Select(import => $"{file.Path} imports {import}");

    private static string Top(string folder) => folder.Split('/')[0];
}
