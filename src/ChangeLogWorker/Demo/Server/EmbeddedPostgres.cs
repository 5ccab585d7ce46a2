using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo.Server;

/// <summary>A private PostgreSQL in its own directory, for the demo and the tests; leaves nothing behind.</summary>
/// <remarks>
/// A small shell script (keeper.sh) owns the directory and removes everything when its standard input ends, so also
/// when this process is killed. Listens on loopback and on a socket in a private directory; both require a random
/// password.
/// </remarks>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    // socket paths over 107 characters are refused
    private const int LongestDirectory = 70;
    private const int PortAttempts = 3;
    private const int StartAttempts = 20;

    private readonly ServerAccount _account;
    private readonly PostgresBinaries _binaries;
    private readonly Process _keeper;
    private readonly string _password;

    private EmbeddedPostgres(ServerAccount account, PostgresBinaries binaries, Process keeper, string password)
    {
        _account = account;
        _binaries = binaries;
        _keeper = keeper;
        _password = password;
    }

    public string Directory { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>The version the program reports, e.g. <c>postgres (PostgreSQL) 15.18</c>.</summary>
    public string Version => _binaries.Version;

    public string BinDirectory => _binaries.Directory;

    public string DataDirectory => Path.Combine(Directory, "data");

    public string LogFile => Path.Combine(Directory, "server.log");

    public static async Task<EmbeddedPostgres> StartAsync(
        string? binDirectory, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var account = ServerAccount.Choose();
        var binaries = await PostgresBinaries.FindAsync(binDirectory, account, cancellationToken);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var keeper = account.Start("sh", ["-c", KeeperScript(), "keeper", binaries.Directory, ParentDirectory()]);
        var server = new EmbeddedPostgres(account, binaries, keeper, password);
        try
        {
            await server.InitializeAsync(settings, cancellationToken);
            await server.StartOnFreePortAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A superuser's connection string over loopback.</summary>
    public string ConnectionString(string database = "postgres") =>
        new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = Port,
            Username = "postgres",
            Password = _password,
            Database = database,
        }.ConnectionString;

    /// <summary>The same as a URI, for psql.</summary>
    public string Address(string database) =>
        $"postgresql://postgres:{_password}@{IPAddress.Loopback}:{Port}/{database}";

    /// <summary>Restarts the stopped or killed server on the same port.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // after a kill the old sessions take a moment to exit, and until then the server refuses to start
        for (var attempt = 0; !await TryStartAsync(cancellationToken); attempt++)
        {
            if (attempt == StartAttempts)
            {
                throw await NotStartedAsync(cancellationToken);
            }
        }
    }

    /// <summary>Fast ends sessions and checkpoints; immediate leaves crash recovery to the next start.</summary>
    public async Task StopAsync(bool immediate, CancellationToken cancellationToken)
    {
        var result = await PgCtlAsync(["stop", "-m", immediate ? "immediate" : "fast", "-t", "60"], cancellationToken);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The private PostgreSQL did not stop: {result.Said}");
        }
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(immediate: false, cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>Promotes a standby.</summary>
    public async Task PromoteAsync(CancellationToken cancellationToken)
    {
        var result = await PgCtlAsync(["promote", "-w", "-t", "60"], cancellationToken);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The private PostgreSQL was not promoted: {result.Said}");
        }
    }

    /// <summary>kill -9 of the postmaster, like the OOM killer.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(DataDirectory, "postmaster.pid"), cancellationToken);
        using var postmaster = Process.GetProcessById(int.Parse(lines[0]));
        postmaster.Kill();
        await postmaster.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync(CancellationToken.None);
        _keeper.Dispose();
    }

    private async Task InitializeAsync(
        IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        await _keeper.StandardInput.WriteLineAsync(_password.AsMemory(), cancellationToken);
        foreach (var (name, value) in settings)
        {
            var line = $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'";
            await _keeper.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        }

        await _keeper.StandardInput.WriteLineAsync(ReadOnlyMemory<char>.Empty, cancellationToken);
        await _keeper.StandardInput.FlushAsync(cancellationToken);
        Directory = await _keeper.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new RefusedException(
                "A private PostgreSQL could not be created: "
                + (await _keeper.StandardError.ReadToEndAsync(cancellationToken)).Trim(), 1);
    }

    private async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            Port = FreePort();
            if (await TryStartAsync(cancellationToken))
            {
                return;
            }
        }

        throw await NotStartedAsync(cancellationToken);
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken) =>
        (await PgCtlAsync(
            ["start", "-w", "-t", "60", "-l", LogFile, "-o", $"-p {Port} -c listen_addresses={IPAddress.Loopback}"],
            cancellationToken)).Succeeded;

    private Task<CommandResult> PgCtlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _account.RunAsync(_binaries.Program("pg_ctl"), [.. arguments, "-D", DataDirectory], cancellationToken);

    private async Task<RefusedException> NotStartedAsync(CancellationToken cancellationToken)
    {
        var log = File.Exists(LogFile) ? await File.ReadAllLinesAsync(LogFile, cancellationToken) : [];
        return new RefusedException(
            $"The private PostgreSQL in {_binaries.Directory} did not start: {string.Join(' ', log.TakeLast(5))}", 1);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ParentDirectory()
    {
        var own = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        return own.Length > LongestDirectory ? "/tmp" : own;
    }

    private static string KeeperScript()
    {
        using var stream = typeof(EmbeddedPostgres).Assembly.GetManifestResourceStream("Demo/Server/keeper.sh")
            ?? throw new InvalidOperationException("keeper.sh is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
