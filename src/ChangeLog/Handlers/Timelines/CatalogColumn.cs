namespace ChangeLog.Handlers.Timelines;

/// <summary>A column in the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As in SQL, schema-qualified unless it is PostgreSQL's own.</param>
/// <param name="IsRequired">Whether an insert must supply it.</param>
/// <param name="IsNotNull">Whether it is not null.</param>
/// <param name="IsKey">Whether it alone is a key: a unique id, or the primary key.</param>
internal sealed record CatalogColumn(string Name, string Type, bool IsRequired, bool IsNotNull, bool IsKey);
