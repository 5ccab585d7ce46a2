using System.Text.Json;
using ChangeLog.Reading;
using ChangeLogWorker.Triggers.Capture;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Handlers.Activity;

/// <summary>Writes platform.activity_logs and platform.user_audit_logs: domain events as people look for them.</summary>
internal sealed class ActivityHandler(ActivityOptions options) : IHandler
{
    /* language=sql */
    private const string Derive = "select platform.derive_activity(@events, @activity, @user_audit, @actions)";

    private readonly string[] _activity = [.. (options.Events ?? ["*"]).Select(LikePattern.Of)];
    private readonly string[] _userAudit = [.. (options.UserAuditEvents ?? ["iam.*"]).Select(LikePattern.Of)];
    private readonly string _actions = JsonSerializer.Serialize((options.ActionMap ?? [])
        .Select(entry => entry.Split('=', 2))
        .GroupBy(pair => pair[0].Trim(), pair => pair[1].Trim())
        .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()));

    public string Name => "activity";

    public Streams Reads => Streams.Events;

    public async Task HandleAsync(Page page, CancellationToken cancellationToken)
    {
        await using var command = page.CreateCommand(Derive);
        command.Parameters.Add(new NpgsqlParameter<string[]>("activity", _activity));
        command.Parameters.Add(new NpgsqlParameter<string[]>("user_audit", _userAudit));
        command.Parameters.Add(new NpgsqlParameter<string>("actions", NpgsqlDbType.Jsonb) { TypedValue = _actions });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
