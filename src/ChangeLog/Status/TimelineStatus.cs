namespace ChangeLog.Status;

/// <summary>A timeline, and what was left out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Root">The root's table.</param>
/// <param name="Table">The table of its entries.</param>
/// <param name="Skipped">Entries that were not written, for their root was gone.</param>
/// <param name="RootIsThere">Whether there is a table of the root's name.</param>
/// <param name="MissingColumns">Of the root's key and stage those that it has not.</param>
internal sealed record TimelineStatus(
    string Name, string Root, string Table, long Skipped, bool RootIsThere, IReadOnlyList<string> MissingColumns);
