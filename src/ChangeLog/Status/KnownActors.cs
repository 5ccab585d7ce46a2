namespace ChangeLog.Status;

/// <summary>How many of an application's latest changes, made as one database user, say who was behind them.</summary>
internal sealed record KnownActors(string? Application, string? DbUser, long Changes, long WithActor)
{
    public double Share => Changes == 0 ? 0 : (double)WithActor / Changes;
}
