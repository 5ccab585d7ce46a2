using System.Text.Json;

namespace ChangeLog.History.Records;

/// <summary>A field that differs where two neighbouring changes should meet.</summary>
internal sealed record UnseenField(string Name, JsonElement Left, JsonElement Found);
