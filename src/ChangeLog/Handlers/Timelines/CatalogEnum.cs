namespace ChangeLog.Handlers.Timelines;

/// <summary>An enum in the catalog.</summary>
/// <param name="Name">For people: <c>schema.name</c>.</param>
/// <param name="Type">As in SQL.</param>
/// <param name="Labels">In their order.</param>
internal sealed record CatalogEnum(string Name, string Type, IReadOnlyList<string> Labels);
