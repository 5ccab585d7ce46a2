using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Terminal;

/// <summary>The program's configuration: the file beside it, the file given by --config, the environment.</summary>
internal static class ProgramConfiguration
{
    /// <exception cref="SettingsException">A file is missing, unreadable or not JSON.</exception>
    public static IConfigurationRoot Read(string? file)
    {
        if (file is not null && !File.Exists(file))
        {
            throw new SettingsException([$"--config: there is no file {file}."]);
        }

        var builder = new ConfigurationBuilder()
            .AddJsonFile(
                Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        if (file is not null)
        {
            builder.AddJsonFile(file, optional: false, reloadOnChange: false);
        }

        try
        {
            return builder.AddEnvironmentVariables().Build();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([
                $"A settings file is unreadable: {error.Message} "
                + $"{error.InnerException?.InnerException?.Message}".Trim()]);
        }
    }
}
