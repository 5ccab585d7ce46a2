using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Handlers.SqlFiles;

/// <summary>Reads <c>ChangeLog:SqlHandlers</c>.</summary>
/// <remarks>
/// The one list that is merged across sources, so that the environment can override one setting of a handler. A
/// relative path is resolved against the settings file that contains it, so that both can be moved together, or against
/// the working directory if it comes from the environment.
/// </remarks>
internal static class SqlHandlerSettings
{
    public const string Section = "ChangeLog:SqlHandlers";

    /// <summary>The handlers by section key.</summary>
    public static IReadOnlyDictionary<string, SqlHandlerOptions> Read(IConfiguration configuration) =>
        configuration.GetSection(Section).GetChildren().ToDictionary(
            section => section.Path, section => Read(configuration, section));

    private static SqlHandlerOptions Read(IConfiguration configuration, IConfigurationSection section)
    {
        var options = new SqlHandlerOptions();
        options.Name = section[nameof(options.Name)];
        options.File = FullPath(configuration, $"{section.Path}:{nameof(options.File)}");
        options.Reads = section[nameof(options.Reads)] ?? options.Reads;
        options.Tables = List(configuration, section, nameof(options.Tables));
        options.Operations = List(configuration, section, nameof(options.Operations));
        options.EventTypes = List(configuration, section, nameof(options.EventTypes));
        options.FromNow = bool.TryParse(section[nameof(options.FromNow)], out var fromNow) && fromNow;
        return options;
    }

    private static IReadOnlyList<string> List(
        IConfiguration configuration, IConfigurationSection section, string name) =>
        TableList.Texts(configuration, $"{section.Path}:{name}") ?? [];

    private static string? FullPath(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key])
            ? null
            : Path.GetFullPath(configuration[key]!, FolderOf(configuration, key) ?? Environment.CurrentDirectory);

    private static string? FolderOf(IConfiguration configuration, string key) =>
        (configuration as IConfigurationRoot)?.Providers.LastOrDefault(provider => provider.TryGet(key, out _)) switch
        {
            ChainedConfigurationProvider chained => FolderOf(chained.Configuration, key),
            FileConfigurationProvider { Source: { FileProvider: { } files, Path: { } path } } =>
                Path.GetDirectoryName(files.GetFileInfo(path).PhysicalPath),
            _ => null,
        };
}
