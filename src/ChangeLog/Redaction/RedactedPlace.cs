namespace ChangeLog.Redaction;

/// <summary>Where raw values are taken out of.</summary>
internal enum RedactedPlace
{
    Changes,
    Events,
    Contexts,
}
