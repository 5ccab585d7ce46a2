namespace ChangeLogWorker.Dispatching;

/// <summary>What one turn came to, and how many changes and events it handled.</summary>
internal readonly record struct TurnReport(Turn Turn, int Handled);
