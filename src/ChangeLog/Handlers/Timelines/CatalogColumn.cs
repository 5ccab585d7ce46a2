namespace ChangeLog.Handlers.Timelines;

/// <summary>A column as the catalog has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As SQL writes it, with its schema where it is not PostgreSQL's own.</param>
/// <param name="IsRequired">Whether an insert must give it.</param>
/// <param name="IsNotNull">Whether it may hold no NULL.</param>
/// <param name="IsKey">Whether it alone tells the rows apart: a unique id, or the primary key.</param>
internal sealed record CatalogColumn(string Name, string Type, bool IsRequired, bool IsNotNull, bool IsKey);
