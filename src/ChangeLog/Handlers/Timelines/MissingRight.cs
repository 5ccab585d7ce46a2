namespace ChangeLog.Handlers.Timelines;

/// <summary>A right that a timeline takes and a role does not have.</summary>
/// <param name="IsMakers">Whether whoever makes its table lacks it; else whoever fills it.</param>
/// <param name="Statement">What a DBA has to run.</param>
internal sealed record MissingRight(bool IsMakers, string Statement);
