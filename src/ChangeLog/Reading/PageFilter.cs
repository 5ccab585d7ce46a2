namespace ChangeLog.Reading;

/// <summary>A handler's filter as the database evaluates it; an empty list matches all.</summary>
/// <param name="Schemas">LIKE patterns of schemas, one for each of the tables.</param>
/// <param name="Tables">LIKE patterns of tables.</param>
/// <param name="Operations">Letters of logs.change.op.</param>
/// <param name="EventTypes">LIKE patterns of event types.</param>
internal sealed record PageFilter(string[] Schemas, string[] Tables, string[] Operations, string[] EventTypes)
{
    public bool LetsAllPass => Tables.Length + Operations.Length + EventTypes.Length == 0;
}
