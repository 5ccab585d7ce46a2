namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>
/// One of ChangeLog's routines, tables, views or sequences, or a routine beside them, from the catalog.
/// </summary>
/// <param name="Kind">
/// As a statement names it: <c>function</c>, <c>table</c>, <c>view</c>, <c>sequence</c>; <c>schema</c> where its owner
/// is an ordinary role.
/// </param>
/// <param name="Name">Schema and name, without arguments.</param>
/// <param name="Identity">As a statement names it, quoted, a routine with its arguments.</param>
/// <param name="Owner">The role that may alter it, quoted.</param>
/// <param name="Text">Digest of a routine's source.</param>
/// <param name="Traits">What else it does: security, volatility, settings; of a table row level security.</param>
internal sealed record InstalledObject(
    string Kind, string Name, string Identity, string Owner, string? Text, IReadOnlyList<string> Traits)
{
    public bool IsRoutine => Kind == "function";
}
