using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Reading;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

public sealed class SqlHandlerReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("changelog-test-");

    public SqlHandlerReaderTests() => File.WriteAllText(Path.Combine(_folder.FullName, "a.sql"), "select @changes");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_handler_has_what_its_settings_say()
    {
        var handler = SqlHandlerReader.Read(FromFile(
            """
            {"Name": "a", "File": "a.sql", "Reads": "both", "Tables": "shop.orders, x.*",
             "Operations": ["insert", "Delete"],
             "EventTypes": ["iam.*"], "FromNow": true}
            """)).Single();

        (handler.Name, handler.Reads, handler.FromNow).ShouldBe(("a", Streams.Both, true));
        handler.Filter.Tables.ShouldBe(["shop.orders", "x.*"]);
        handler.Filter.Operations.ShouldBe([Operation.Insert, Operation.Delete]);
        handler.Filter.EventTypes.ShouldBe(["iam.*"]);
    }

    [Fact]
    public void By_default_it_reads_all_changes_from_the_start()
    {
        var handler = SqlHandlerReader.Read(FromFile("""{"Name": "a", "File": "a.sql"}""")).Single();

        (handler.Reads, handler.FromNow).ShouldBe((Streams.Changes, false));
        handler.Filter.Tables.Concat(handler.Filter.EventTypes).ShouldBeEmpty();
    }

    [Fact]
    public void A_relative_file_is_relative_to_the_settings_file_that_names_it_even_within_another_configuration() =>
        SqlHandlerReader.Read(new ConfigurationBuilder()
            .AddConfiguration(FromFile("""{"Name": "a", "File": "a.sql"}"""))
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:SqlHandlers:0:Name", (string?)"renamed")])
            .Build()).Single().Name.ShouldBe("renamed");

    [Fact]
    public void A_relative_file_named_elsewhere_is_relative_to_the_working_directory()
    {
        var problems = Problems(new ConfigurationBuilder()
            .AddConfiguration(FromFile("""{"Name": "a", "File": "a.sql"}"""))
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:SqlHandlers:0:File", (string?)"not there.sql")])
            .Build());

        problems.ShouldBe(
            [
                $"ChangeLog:SqlHandlers:0:File is {Path.Combine(Environment.CurrentDirectory, "not there.sql")}, "
                    + "which does not exist."]);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "b.sql"), "commit");

        Problems(FromFile(
            """
            {"Reads": "Chnges", "Operations": "Upsert"},
            {"Name": "b", "File": "b.sql"},
            {"Name": "c", "File": "."}
            """)).ShouldBe(
            [
                "ChangeLog:SqlHandlers:0:Name is missing: the name under which the handler's cursor is kept.",
                "ChangeLog:SqlHandlers:0:Reads is 'Chnges', which is not one of Changes, Events, Both. "
                    + "The nearest is Changes.",
                "ChangeLog:SqlHandlers:0:Operations is 'Upsert', which is not one of Delete, Insert, Snapshot, "
                    + "Truncate, "
                + "Update. "
                + "The nearest is Insert.",
                "ChangeLog:SqlHandlers:0:File is missing: the SQL file that the handler runs over each page.",
                $"ChangeLog:SqlHandlers:1:File is {Path.Combine(_folder.FullName, "b.sql")}, "
                + "which contains the statement commit. "
                + "It runs in the page's transaction, which is not its own to end: remove that statement.",
                $"ChangeLog:SqlHandlers:2:File is {_folder.FullName}, which does not exist.",
            ]);
    }

    private IConfigurationRoot FromFile(string handlers)
    {
        var file = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(file, $$$"""{"ChangeLog": {"SqlHandlers": [{{{handlers}}}]}}""");
        return new ConfigurationBuilder().AddJsonFile(file).Build();
    }

    private static IReadOnlyList<string> Problems(IConfiguration configuration) =>
        Should.Throw<SettingsException>(() => SqlHandlerReader.Read(configuration)).Problems;
}
