using System.Text.Json;
using Npgsql;

namespace ChangeLogWorker.Cli.History;

/// <summary>What a person types as a record, in the spellings that the log may hold it in.</summary>
internal static class RecordKey
{
    private const string Normalised = "select $1::jsonb::text";

    public static async Task<IReadOnlyList<string>> SpellingsAsync(
        NpgsqlConnection connection, string given, CancellationToken cancellationToken)
    {
        var spellings = new List<string> { given };
        if (Guid.TryParse(given, out var id))
        {
            spellings.Add(id.ToString());
        }

        if (IsArray(given))
        {
            spellings.Add(await connection.ValueAsync<string>(Normalised, [Query.Text(given)], cancellationToken));
        }

        return [.. spellings.Distinct()];
    }

    /// <summary>Why a record that was asked for may be no key of this table at all.</summary>
    public static string? Hint(RecordedTable table, string record) => table switch
    {
        { Lives: false } or { CoveredSince: null } => null,
        { Key.Length: 0 } => "The table has no key, so no row of it has a history of its own. All its changes: logs.changes.",
        { Key.Length: > 1 } when !record.StartsWith('[') =>
            $"Its rows are named by a JSON array of {string.Join(", ", table.Key)}: '[1, 2]'.",
        _ => null,
    };

    private static bool IsArray(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
