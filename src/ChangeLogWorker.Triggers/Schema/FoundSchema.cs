namespace ChangeLogWorker.Triggers.Schema;

/// <summary>An existing schema with one of our names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsMarked">Whether its comment says that it is ChangeLog's.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="IsTrusted">Whether code that its owner may have put there may be run.</param>
/// <param name="IsCurrents">Whether it belongs to the current role.</param>
/// <param name="IsUsable">Whether the current role may act as its owner.</param>
/// <param name="HasOwnObjects">Whether a relation in it has a name of ours.</param>
/// <param name="Others">Who may put objects there without being able to act as the current role.</param>
internal sealed record FoundSchema(
    string Name, bool IsMarked, string Owner, bool IsTrusted, bool IsCurrents, bool IsUsable,
    bool HasOwnObjects, string? Others);
