using System.Text.Json.Serialization;

namespace ChangeLog.History.Records;

/// <summary>The change to which a record owes a value, or its end.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Since">The start of its transaction.</param>
/// <param name="EventId">The event of its transaction; null if the transaction's row is missing.</param>
/// <param name="Action">As in <c>logs.change_details</c>.</param>
/// <param name="ActorId">The actor that the application named.</param>
/// <param name="DbUser">The database user.</param>
/// <param name="DbRole">The role that it had taken.</param>
/// <param name="ApplicationName">The program.</param>
/// <param name="Reason">Why, as the application said.</param>
internal sealed record BlamedChange(
    long Position,
    DateTimeOffset Since,
    [property: JsonPropertyName("event__id")] Guid? EventId,
    string Action,
    string? ActorId,
    string? DbUser,
    string? DbRole,
    string? ApplicationName,
    string? Reason)
{
    [JsonIgnore]
    public string Who => new Origin(ActorId, DbUser, DbRole, ApplicationName, ClientAddr: null, Context: null).Who;
}
