using System.Text.Json;
using ChangeLog.Handlers;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>
/// Flags and settings of platform.feature_flags and platform.global_settings, which a running worker follows.
/// </summary>
/// <remarks>What cannot be followed is logged once, with the nearest name; the configuration holds then.</remarks>
internal sealed class RuntimeSettings(
    IReadOnlyList<IHandler> running, IOptions<HandlersOptions> handlers, IOptions<RetryOptions> retry,
    ILogger<RuntimeSettings> logger)
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private string? _followed;
    private volatile Standing _standing = new(
        [], [], [], handlers.Value.PageSize, handlers.Value.PositionsPerPage, retry.Value.MaxAttempts);

    /// <summary>Changes and events in a page, at most.</summary>
    public int PageSize => _standing.PageSize;

    /// <summary>Positions looked at for a page, at most.</summary>
    public int PositionsPerPage => _standing.PositionsPerPage;

    /// <summary>How often what may be the moment's fault is tried.</summary>
    public int MaxAttempts => _standing.MaxAttempts;

    /// <summary>Whether the flag changelog.handler.&lt;name&gt; is off.</summary>
    public bool IsStopped(string handler) => _standing.Stopped.Contains(handler);

    /// <summary>Takes the orders as changelog.look gives them.</summary>
    /// <returns>Whether they are others than before.</returns>
    public bool Follow(string? orders)
    {
        if (orders == _followed)
        {
            return false;
        }

        _followed = orders;
        var given = orders is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<Order>>(orders, Json)!;
        var before = _standing;
        _standing = Stand(given);
        Say(before, _standing);
        return true;
    }

    private Standing Stand(IReadOnlyList<Order> given)
    {
        var page = new HandlersOptions { PageSize =
            handlers.Value.PageSize, PositionsPerPage = handlers.Value.PositionsPerPage };
        var again = new RetryOptions { MaxAttempts = retry.Value.MaxAttempts };
        var problems = new List<Problem>();
        foreach (var order in given.Where(order => order.Setting is not null))
        {
            var problem = GivenSetting.Take(order.Setting!, order.Value, page, again);
            if (problem is not null)
            {
                problems.Add(new Problem(order.Setting!, problem));
            }
        }

        var names = running.Select(handler => handler.Name).ToList();
        var stopped = given.Select(order => order.StoppedHandler).OfType<string>().ToLookup(names.Contains);
        return new Standing(
            [.. stopped[true]],
            [
                .. stopped[false].Select(name => SettingNames.Handler + name),
                .. given.Select(order => order.Flag).OfType<string>()],
            problems,
            page.PageSize,
            page.PositionsPerPage,
            again.MaxAttempts);
    }

    private void Say(Standing before, Standing now)
    {
        foreach (var handler in now.Stopped.Except(before.Stopped))
        {
            Log.Stopped(logger, handler);
        }

        foreach (var handler in before.Stopped.Except(now.Stopped))
        {
            Log.Started(logger, handler);
        }

        foreach (var flag in now.Idle.Except(before.Idle))
        {
            var flags = running.Select(handler => SettingNames.Handler + handler.Name);
            Log.StopsNothing(logger, flag, NearestName.Of(flag, flags) ?? "none: it runs no handler");
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

    private sealed record Order(string? StoppedHandler, string? Setting, JsonElement? Value, string? Flag);

    private sealed record Problem(string Setting, string What);

    private sealed record Standing(
        IReadOnlyList<string> Stopped,
        IReadOnlyList<string> Idle,
        IReadOnlyList<Problem> Problems,
        int PageSize,
        int PositionsPerPage,
        int MaxAttempts);
}
