using System.Net;
using System.Text.Json.Nodes;

namespace ChangeLog.Reading;

/// <summary>The transaction that made a change, and its context: who, and from where.</summary>
/// <param name="Xid">Its id in this cluster.</param>
/// <param name="LoggedAt">When it started (not committed), in UTC.</param>
/// <param name="EventId">The id it was announced under; the same for all its changes.</param>
/// <param name="ActorId">Who did it, according to the context.</param>
/// <param name="Context">What the application set: actor_id, ip_address, request_id, reason and so on.</param>
/// <param name="DatabaseUser">The session user, which the application cannot forge; null if it was lost.</param>
/// <param name="DatabaseRole">The role of SET ROLE, if any.</param>
/// <param name="ApplicationName">The session's application_name.</param>
/// <param name="ClientAddress">The client's address as seen by the server; null for a local socket.</param>
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
