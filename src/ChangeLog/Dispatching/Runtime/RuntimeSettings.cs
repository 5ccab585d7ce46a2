using System.Text.Json;
using ChangeLog.Handlers;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>
/// The flags and settings of platform.feature_flags and platform.global_settings that a running worker applies.
/// </summary>
/// <remarks>One that cannot be applied is logged once, with the nearest name, and the configured value stays.</remarks>
internal sealed class RuntimeSettings(
    IReadOnlyList<IHandler> running, IOptions<HandlersOptions> handlers, IOptions<RetryOptions> retry,
    ILogger<RuntimeSettings> logger)
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private string? _applied;
    private volatile State _state = new(
        [], [], [], handlers.Value.PageSize, handlers.Value.PositionsPerPage, retry.Value.MaxAttempts);

    /// <summary>Changes and events per page, at most.</summary>
    public int PageSize => _state.PageSize;

    /// <summary>Positions scanned per page, at most.</summary>
    public int PositionsPerPage => _state.PositionsPerPage;

    /// <summary>Attempts before a possibly temporary failure counts as the entry's fault.</summary>
    public int MaxAttempts => _state.MaxAttempts;

    /// <summary>Whether the flag changelog.handler.&lt;name&gt; is off.</summary>
    public bool IsStopped(string handler) => _state.Stopped.Contains(handler);

    /// <summary>Applies the settings as changelog.look returns them.</summary>
    /// <returns>Whether they have changed.</returns>
    public bool Apply(string? settings)
    {
        if (settings == _applied)
        {
            return false;
        }

        _applied = settings;
        var rows = settings is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<Row>>(settings, Json)!;
        var before = _state;
        _state = Resolve(rows);
        LogChanges(before, _state);
        return true;
    }

    private State Resolve(IReadOnlyList<Row> rows)
    {
        var page = new HandlersOptions { PageSize =
            handlers.Value.PageSize, PositionsPerPage = handlers.Value.PositionsPerPage };
        var retries = new RetryOptions { MaxAttempts = retry.Value.MaxAttempts };
        var problems = new List<Problem>();
        foreach (var row in rows.Where(row => row.Setting is not null))
        {
            var problem = RuntimeSettingValue.Apply(row.Setting!, row.Value, page, retries);
            if (problem is not null)
            {
                problems.Add(new Problem(row.Setting!, problem));
            }
        }

        var names = running.Select(handler => handler.Name).ToList();
        var stopped = rows.Select(row => row.StoppedHandler).OfType<string>().ToLookup(names.Contains);
        return new State(
            [.. stopped[true]],
            [
                .. stopped[false].Select(name => SettingNames.Handler + name),
                .. rows.Select(row => row.Flag).OfType<string>()],
            problems,
            page.PageSize,
            page.PositionsPerPage,
            retries.MaxAttempts);
    }

    private void LogChanges(State before, State now)
    {
        foreach (var handler in now.Stopped.Except(before.Stopped))
        {
            Log.Stopped(logger, handler);
        }

        foreach (var handler in before.Stopped.Except(now.Stopped))
        {
            Log.Started(logger, handler);
        }

        foreach (var flag in now.UnknownFlags.Except(before.UnknownFlags))
        {
            var flags = running.Select(handler => SettingNames.Handler + handler.Name);
            Log.StopsNothing(logger, flag, NearestName.Sentence(flag, flags));
        }

        foreach (var (setting, problem) in now.Problems.Except(before.Problems))
        {
            Log.NotFollowed(logger, setting, problem);
        }

        if ((now.PageSize, now.PositionsPerPage, now.MaxAttempts) != (
            before.PageSize, before.PositionsPerPage, before.MaxAttempts))
        {
            Log.SettingsTaken(logger, now.PageSize, now.PositionsPerPage, now.MaxAttempts);
        }
    }

    private sealed record Row(string? StoppedHandler, string? Setting, JsonElement? Value, string? Flag);

    private sealed record Problem(string Setting, string Text);

    private sealed record State(
        IReadOnlyList<string> Stopped,
        IReadOnlyList<string> UnknownFlags,
        IReadOnlyList<Problem> Problems,
        int PageSize,
        int PositionsPerPage,
        int MaxAttempts);
}
