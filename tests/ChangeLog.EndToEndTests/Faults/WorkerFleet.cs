using ChangeLog.TestSupport;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>Workers of one database as processes of their own, started, killed and started again.</summary>
internal sealed class WorkerFleet(string connectionString, IReadOnlyDictionary<string, string?>? settings = null)
    : IAsyncDisposable
{
    private readonly List<RunningProgram> _workers = [];

    public IReadOnlyList<RunningProgram> Workers => _workers;

    /// <summary>What each has said, for the message of a test that fails.</summary>
    public string Said => string.Join("\n---\n", _workers.Select(worker => worker.Output + worker.Error));

    /// <summary>Settings for many small pages, and faults that are noticed soon.</summary>
    public static IReadOnlyDictionary<string, string?> Brisk { get; } = new Dictionary<string, string?>
    {
        // a start would put back the key of the details, which the load drops so that a second row would show
        ["ChangeLog__InstallOnStart"] = "false",
        ["ChangeLog__Handlers__PageSize"] = "50",
        ["ChangeLog__Handlers__PageTimeout"] = "00:00:03",
        ["ChangeLog__SqlHandlers__0__Name"] = "seen",
        ["ChangeLog__SqlHandlers__0__File"] = SeenFile(),
        ["ChangeLog__SqlHandlers__0__Reads"] = "both",
    };

    public RunningProgram Start()
    {
        var worker = ChangeLogProgram.Start(connectionString, ["run"], settings ?? Brisk);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts one and waits until it handles, or at least could.</summary>
    public async Task<RunningProgram> StartWorkingAsync(string says = "is running on database")
    {
        var worker = Start();
        await worker.WaitForOutputAsync(says);
        return worker;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(RunningProgram worker)
    {
        _workers.Remove(worker);
        await worker.KillAsync();
        await worker.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    /// <summary>A handler that keeps what it was handed, in a table that refuses nothing.</summary>
    private static string SeenFile()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "seen.sql");
        File.WriteAllText(file, "insert into public.seen select unnest(@changes || @events)");
        return file;
    }
}
