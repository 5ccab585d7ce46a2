namespace ChangeLog.Status;

/// <summary>When changes of a table that was captured before, and may be again, went by unseen.</summary>
/// <param name="Table">Schema and name, as it is named now.</param>
/// <param name="From">From when on; the last time that all was seen to be right.</param>
/// <param name="Until">Until when; the same where something went by at an instant.</param>
/// <param name="Reason">What happened.</param>
internal sealed record CoverageGap(string Table, DateTimeOffset From, DateTimeOffset Until, string Reason);
