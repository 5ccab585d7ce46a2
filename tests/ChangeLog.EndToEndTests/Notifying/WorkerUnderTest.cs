using ChangeLog.TestSupport;

namespace ChangeLog.EndToEndTests.Notifying;

/// <summary>Shorthands of the tests that run a worker.</summary>
internal static class WorkerUnderTest
{
    public const string EverythingIsHandled =
        """
        select (select count(*) from logs.change) = (select count(*) from logs.change_details)
            and exists (select from changelog.cursor)
            and not exists (select from changelog.handler_behind)
        """;

    /// <summary>A worker in a mode, or where none is given in the default one, once it watches.</summary>
    public static async Task<RunningProgram> StartAsync(string connectionString, string? mode = null)
    {
        var worker = ChangeLogProgram.Start(
            connectionString,
            ["run"],
            new Dictionary<string, string?> { ["ChangeLog__Notifications__Mode"] = mode });
        await worker.WaitForOutputAsync("Notification mode ");
        return worker;
    }

    /// <summary>A worker that is asleep: one that has started, heard nothing and can be rung.</summary>
    public static async Task<RunningProgram> StartListeningAsync(TestDatabase database, string? mode = null)
    {
        var worker = await StartAsync(database.ConnectionString, mode);
        await worker.WaitForOutputAsync("Listening on lib_event.created");
        await database.WaitUntilAsync(EverythingIsHandled);
        return worker;
    }

    /// <summary>Commits until the worker is awake.</summary>
    /// <remarks>
    /// On the server, since a client on a busy machine commits less than ten times a second, and then no worker need be
    /// awake.
    /// </remarks>
    public static async Task KeepBusyUntilAwakeAsync(TestDatabase database, int from = 1_000_000)
    {
        var id = from;
        await Eventually.TrueAsync(
            "the worker is awake",
            async () =>
            {
                await database.ExecuteAsync(
                    $"""
                    do $$
                    begin
                        for i in {id}..{id + 199} loop
                            insert into public.item values (i);
                            commit;
                            exit when (select awake_for from changelog.look('{"{}"}', false)) > 0;
                        end loop;
                    end $$
                    """);
                id += 200;
                return await database.ScalarAsync<bool>("select awake_for > 0 from changelog.look('{}', false)");
            });
    }
}
