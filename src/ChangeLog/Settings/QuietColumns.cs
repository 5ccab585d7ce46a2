using Microsoft.Extensions.Configuration;

namespace ChangeLog.Settings;

/// <summary>Columns that tell people nothing if no other changed.</summary>
internal static class QuietColumns
{
    public static readonly IReadOnlyList<string> Usual =
        ["updated_at", "modified_at", "last_modified", "last_modified_at", "lock_version", "row_version"];

    public static IReadOnlySet<string> Of(IConfiguration configuration) =>
        (TableList.Texts(configuration, $"{ChangeLogOptions.Section}:{nameof(ChangeLogOptions.Quiet)}") ?? Usual)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
