using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>One step of reconciling a table's triggers.</summary>
/// <param name="Table">The table.</param>
/// <param name="Action">create, replace, drop or enable.</param>
/// <param name="Trigger">The trigger's name.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record TriggerAction(TableName Table, string Action, string Trigger, string Reason);
