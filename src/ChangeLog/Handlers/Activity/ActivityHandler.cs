using System.Text.Json;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Capture;

namespace ChangeLog.Handlers.Activity;

/// <summary>Writes platform.activity_logs and platform.user_audit_logs from domain events.</summary>
internal sealed class ActivityHandler(ActivityOptions options) : IHandler
{
    private const string Derive = /* language=sql */
        "select platform.derive_activity(@events, @activity, @user_audit, @actions)";

    private readonly string[] _activity = [.. (options.Events ?? ["*"]).Select(LikePattern.Of)];
    private readonly string[] _userAudit = [.. (options.UserAuditEvents ?? ["iam.*"]).Select(LikePattern.Of)];
    private readonly string _actions = JsonSerializer.Serialize((options.ActionMap ?? [])
        .Select(entry => entry.Split('=', 2))
        .GroupBy(pair => pair[0].Trim(), pair => pair[1].Trim())
        .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()));

    public string Name => "activity";

    public Streams Reads => Streams.Events;

    public Task HandleAsync(Page page, CancellationToken cancellationToken) =>
        page.CreateCommand(Derive)
            .With(("activity", _activity), ("user_audit", _userAudit), ("actions", Parameter.Json(_actions)))
            .ExecuteAsync([], cancellationToken);
}
