namespace ChangeLog.TestSupport;

/// <summary>What a listener has heard beside what was recorded.</summary>
/// <param name="Missed">Recorded and not heard.</param>
/// <param name="Unknown">Heard and not recorded.</param>
/// <param name="Repeated">How many were heard again.</param>
public sealed record Hearing(IReadOnlyList<Guid> Missed, IReadOnlyList<Guid> Unknown, int Repeated);
