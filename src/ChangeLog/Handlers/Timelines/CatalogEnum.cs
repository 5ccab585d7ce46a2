namespace ChangeLog.Handlers.Timelines;

/// <summary>An enum as the catalog has it.</summary>
/// <param name="Name">As people write it: <c>schema.name</c>.</param>
/// <param name="Type">As SQL writes it.</param>
/// <param name="Labels">Its labels in their order.</param>
internal sealed record CatalogEnum(string Name, string Type, IReadOnlyList<string> Labels);
