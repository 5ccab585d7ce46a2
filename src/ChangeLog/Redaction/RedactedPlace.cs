namespace ChangeLog.Redaction;

/// <summary>Where raw values are removed.</summary>
internal enum RedactedPlace
{
    Changes,
    Events,
    Contexts,
}
