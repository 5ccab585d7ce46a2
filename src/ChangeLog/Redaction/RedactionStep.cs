namespace ChangeLog.Redaction;

/// <summary>One kind of entry to rewrite, a stretch of the log at a time.</summary>
/// <param name="Place">What is rewritten.</param>
/// <param name="Oids">The table's oids, the current one first.</param>
/// <param name="Names">The names the table has had.</param>
/// <param name="What">What to remove, as the database's functions take it: a JSON object.</param>
internal sealed record RedactionStep(RedactedPlace Place, uint[] Oids, string[] Names, string What);
