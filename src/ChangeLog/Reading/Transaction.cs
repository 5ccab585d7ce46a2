using System.Net;
using System.Text.Json.Nodes;

namespace ChangeLog.Reading;

/// <summary>The transaction that made a change, and its context: who, and from where.</summary>
/// <param name="Xid">Its id in this cluster.</param>
/// <param name="LoggedAt">Its start, in UTC, not its commit.</param>
/// <param name="EventId">The id under which it was announced; the same for all of its changes.</param>
/// <param name="ActorId">Who did it, as the context says.</param>
/// <param name="Context">What the application set: actor_id, ip_address, request_id, reason, and whatever else.</param>
/// <param name="DatabaseUser">The session's user, which the application cannot forge; null where it was lost.</param>
/// <param name="DatabaseRole">The role of SET ROLE, if any.</param>
/// <param name="ApplicationName">The session's application_name.</param>
/// <param name="ClientAddress">The client as the server saw it; null for a local socket.</param>
public sealed record Transaction(
    ulong Xid,
    DateTime LoggedAt,
    Guid EventId,
    string? ActorId,
    JsonObject Context,
    string? DatabaseUser,
    string? DatabaseRole,
    string? ApplicationName,
    IPAddress? ClientAddress);
