namespace ChangeLog.Reading;

/// <summary>How many transactions without a row were found.</summary>
internal sealed record SweepReport(int Recovered);
