namespace ChangeLogWorker.Cli.Status;

/// <summary>A timeline, and what was left out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Root">The root's table.</param>
/// <param name="Table">The table of its entries.</param>
/// <param name="Skipped">Entries that were not written, for their root was gone.</param>
internal sealed record TimelineStatus(string Name, string Root, string Table, long Skipped);
