using System.Text.Json;

namespace ChangeLog.History;

/// <summary>What has become of a record between two moments, whatever happened to it meanwhile.</summary>
/// <param name="RecordId">The record's identity.</param>
/// <param name="Action">create, update or delete.</param>
/// <param name="RecordData">The later row, for a delete the earlier one.</param>
/// <param name="PreviousData">For an update the earlier values of what differs.</param>
internal sealed record NetChange(string RecordId, string Action, JsonElement RecordData, JsonElement? PreviousData);
