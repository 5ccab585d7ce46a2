using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ChangeLog.Settings;
using ChangeLog.Telemetry;
using ChangeLogWorker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed partial class DocumentationTests
{
    private static IEnumerable<(string Name, string Default)> Settings =>
        KnownSettings.All.Select(setting => (setting.Name, Text(setting.Default)));

    [Fact]
    public void The_page_on_configuration_lists_every_setting_with_its_default() =>
        Rows("docs/configuration.md", "ChangeLog:")
            .Select(row => (row[0], row[1]))
            .ShouldBe(
                Settings.Concat(KnownSettings.OfElements.Select(setting => (setting.Name, Text(setting.Default)))),
                ignoreOrder: true);

    [Fact]
    public void The_readme_lists_settings_that_exist_with_their_defaults() =>
        Rows("README.md", "ChangeLog:").Select(row => (row[0], row[1])).ShouldBeSubsetOf(Settings);

    [Fact]
    public void The_file_beside_the_program_holds_every_setting_with_its_default()
    {
        var file = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(Repository.Root, "src/ChangeLogWorker/appsettings.json"))
            .Build();
        var leaves = file.GetSection("ChangeLog").AsEnumerable()
            .Where(pair => !file.GetSection(pair.Key).GetChildren().Any())
            .ToDictionary(pair => pair.Key, pair => pair.Value);

        leaves.Keys.ShouldBe(KnownSettings.All.Select(setting => setting.Name), ignoreOrder: true);
        KnownSettings.All.ShouldAllBe(setting => Same(leaves[setting.Name], setting.Default));
    }

    [Fact]
    public void The_page_on_telemetry_lists_every_metric_with_unit_and_meaning()
    {
        var instruments = new List<(string, string?, string?)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Source)
                {
                    instruments.Add((instrument.Name, instrument.Unit, instrument.Description));
                }
            },
        };
        listener.Start();
        ChangeLogTelemetry.Activities.Name.ShouldBe(TelemetryNames.Source);

        Rows("docs/telemetry.md", "changelog.")
            .Where(row => row.Count == 4)
            .Select(row => (row[0], (string?)row[1], (string?)row[3]))
            .ShouldBe(instruments.Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void The_page_on_telemetry_lists_every_activity() =>
        Rows("docs/telemetry.md", "changelog.")
            .Where(row => row.Count == 3)
            .Select(row => row[0])
            .ShouldBe(Constants("Activity"), ignoreOrder: true);

    [Fact]
    public void The_page_on_telemetry_lists_the_ids_of_every_folder_that_logs() =>
        IdRow().Matches(Repository.Text("docs/telemetry.md")).Select(
            row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture))
            .ShouldBe(
                Repository.Assemblies.SelectMany(assembly => assembly.GetTypes())
                    .SelectMany(
                        type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                    .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                    .OfType<LoggerMessageAttribute>()
                    .Select(message => message.EventId / 1000 * 1000)
                    .Distinct()
                    .Order());

    [Fact]
    public void The_readme_lists_every_verb() =>
        VerbRow().Matches(Repository.Text("README.md")).Select(row => row.Groups[1].Value)
            .ShouldBe(CommandTree.Root().Subcommands.Select(verb => verb.Name), ignoreOrder: true);

    [Fact]
    public void The_readme_maps_every_folder() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .SelectMany(Directory.EnumerateDirectories)
            .Select(Path.GetFileName)
            .Where(folder => folder is not ("obj" or "bin"))
            .ShouldAllBe(folder => Repository.Text("README.md").Contains($"  {folder}/"));

    [Fact]
    public void The_page_on_handlers_shows_code_that_is_compiled_and_run()
    {
        var files = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "samples/ShopHandlers"))
            .Append(Path.Combine(Repository.Root, "tests/ChangeLog.EndToEndTests/ShopHandlersTests.cs"))
            .Select(file => Unindented(File.ReadAllText(file)))
            .ToList();
        var blocks = CodeBlock().Matches(Repository.Text("docs/adding-a-handler.md"))
            .Select(block => (Language: block.Groups[1].Value, Text: Unindented(block.Groups[2].Value)))
            .ToList();

        blocks.Count(block => block.Language == "csharp").ShouldBeGreaterThan(3);
        blocks.Where(block => !files.Any(file => file.Contains(block.Text, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Links_between_pages_lead_somewhere() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .SelectMany(page => Link().Matches(File.ReadAllText(page))
                .Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value)))
                .Where(target => !Path.Exists(target))
                .Select(target => $"{page}: {target}"))
            .ShouldBeEmpty();

    private static IEnumerable<string> Constants(string suffix) =>
        typeof(TelemetryNames)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name.EndsWith(suffix, StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!);

    private static IEnumerable<IReadOnlyList<string>> Rows(string page, string prefix) =>
        Repository.Text(page).Split('\n')
            .Where(line => line.StartsWith($"| `{prefix}", StringComparison.Ordinal))
            .Select(line => (IReadOnlyList<string>)[.. line.Trim('|').Split('|').Select(cell => Bare(cell))]);

    private static string Bare(string cell) => cell.Trim().Trim('`');

    private static bool Same(string? text, object? value) =>
        value is TimeSpan time
            ? TimeSpan.Parse(text!, CultureInfo.InvariantCulture) == time
            : string.Equals(text ?? string.Empty, Text(value), StringComparison.OrdinalIgnoreCase);

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    // an excerpt stands further left than in its file
    private static string Unindented(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"^```(csharp|sql|json)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^\| `(\d000)` \| ", RegexOptions.Multiline)]
    private static partial Regex IdRow();

    [GeneratedRegex(@"^\| `([\w-]+)(?: <[^`]*)?` \| ", RegexOptions.Multiline)]
    private static partial Regex VerbRow();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();
}
