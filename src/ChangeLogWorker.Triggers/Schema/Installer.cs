using System.Text.Json;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Who acts and with which program, for audit events; the database adds its own user.</summary>
public static class Installer
{
    /// <summary>The version.</summary>
    public static string Version { get; } =
        typeof(Installer).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The payload: <c>os_user</c>, <c>version</c> and whatever the action adds.</summary>
    public static string Describe(params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var payload = new Dictionary<string, object?>
        {
            ["os_user"] = $"{Environment.UserName}@{Environment.MachineName}",
            ["version"] = Version,
        };
        foreach (var (name, value) in more)
        {
            payload.Add(name, value);
        }

        return JsonSerializer.Serialize(payload);
    }
}
