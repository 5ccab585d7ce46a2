namespace ChangeLog.Handlers.Timelines;

/// <summary>A right that a timeline needs and a role does not have.</summary>
/// <param name="IsMakers">Whether the role that creates its table lacks it, rather than the one that fills it.</param>
/// <param name="Statement">What a DBA has to run.</param>
internal sealed record MissingRight(bool IsMakers, string Statement);
