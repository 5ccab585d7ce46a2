namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>A table with columns linked_table and linked_id.</summary>
/// <param name="Oid">Its oid.</param>
/// <param name="Name">As schema.table; a partition by itself.</param>
/// <param name="Policy">nullify, delete or keep; null: no policy names it.</param>
/// <param name="IsOwn">Whether it is ChangeLog's; any other may run code of the application.</param>
internal sealed record LinkTable(uint Oid, string Name, string? Policy, bool IsOwn)
{
    public bool IsSwept => Policy is not null and not "keep";
}
