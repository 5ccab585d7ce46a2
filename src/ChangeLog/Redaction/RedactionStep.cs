namespace ChangeLog.Redaction;

/// <summary>One kind of thing that is rewritten, a stretch of the log at a time.</summary>
/// <param name="Place">What is rewritten.</param>
/// <param name="Oids">Of a table's changes: its oids, the living one first.</param>
/// <param name="Names">Of a table's changes: the names it had.</param>
/// <param name="What">What is taken out, as the database's functions take it: a JSON object.</param>
internal sealed record RedactionStep(RedactedPlace Place, uint[] Oids, string[] Names, string What);
