using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;

namespace ChangeLog.Handlers.SqlFiles;

/// <summary>Creates the handlers of <c>ChangeLog:SqlHandlers</c>, or reports all problems.</summary>
internal static class SqlHandlerReader
{
    /// <exception cref="SettingsException">A setting or a file is unusable.</exception>
    public static IReadOnlyList<IHandler> Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var handlers = SqlHandlerSettings.Read(configuration)
            .Select(setting => Read(setting.Key, setting.Value, problems))
            .ToList();
        return problems.Count == 0 ? handlers : throw new SettingsException(problems);
    }

    private static SqlHandler Read(string key, SqlHandlerOptions options, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
        {
            problems.Add($"{key}:Name is missing: the name under which the handler's cursor is kept.");
        }

        var reads = OneOf<Streams>($"{key}:Reads", options.Reads!, problems);
        var filter = new HandlerFilter
        {
            Tables = options.Tables ?? [],
            Operations = [
                .. (options.Operations ?? []).Select(name => OneOf<Operation>($"{key}:Operations", name, problems))],
            EventTypes = options.EventTypes ?? [],
        };
        var sql = ReadFile($"{key}:File", options.File, problems);
        problems.AddRange(
            SqlFileRules.Problems(sql, reads).Select(problem => $"{key}:File is {options.File}, {problem}"));
        return new SqlHandler(options.Name ?? string.Empty, reads, filter, options.FromNow, sql ?? string.Empty);
    }

    private static T OneOf<T>(string setting, string name, List<string> problems)
        where T : struct, Enum
    {
        if (Enum.GetNames<T>().Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(name, ignoreCase: true);
        }

        problems.Add($"{setting} is '{name}', which is not one of {string.Join(", ", Enum.GetNames<T>())}."
            + NearestName.Sentence(name, Enum.GetNames<T>()));
        return default;
    }

    private static string? ReadFile(string setting, string? file, List<string> problems)
    {
        if (file is null)
        {
            problems.Add($"{setting} is missing: the SQL file that the handler runs over each page.");
            return null;
        }

        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(File.Exists(file)
                ? $"{setting} is {file}, which cannot be read: {error.Message}"
                : $"{setting} is {file}, which does not exist.");
            return null;
        }
    }
}
