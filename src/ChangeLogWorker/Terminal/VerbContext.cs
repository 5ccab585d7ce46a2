using System.CommandLine;
using ChangeLog.Postgres;
using ChangeLog.Status;
using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Terminal;

/// <summary>A verb's input: the parsed command line, the settings, the services and the output.</summary>
internal sealed record VerbContext(
    ParseResult Parsed, IConfiguration Configuration, IServiceProvider Services, Output Output)
{
    private const string Installed = "select to_regclass('changelog.installation') is not null";

    public NpgsqlDataSource Database => Services.GetRequiredService<DataSources>().For(ConnectionRole.Cli);

    /// <summary>The person's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneChoice.Of(
        Parsed.GetValue(GlobalOptions.TimeZone),
        Configuration,
        Services.GetRequiredService<TimeProvider>().LocalTimeZone);

    /// <summary>A period in days, in that zone.</summary>
    public string Days(DateTimeOffset from, DateTimeOffset until) =>
        Format.OfDays(from, until, Services.GetRequiredService<TimeProvider>().GetUtcNow(), Zone);

    public bool Has(Option<bool> option) => Parsed.GetValue(option);

    /// <exception cref="RefusedException">ChangeLog is not installed there.</exception>
    public async Task RequireInstalledAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
    }

    /// <summary>Connects to the database, in which ChangeLog must be installed.</summary>
    /// <exception cref="RefusedException">It is not installed there.</exception>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await connection.ValueAsync<bool>(Installed, [], cancellationToken)
                ? connection
                : throw new RefusedException(
                    $"ChangeLog is not installed in database {connection.Database}. Run: changelog "
                    + "install", ExitCode.Failed);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a verb that changes something: the installed version must be this program's.</summary>
    /// <exception cref="RefusedException">ChangeLog is not installed there, or in another version.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        await RequireInstalledAsync(cancellationToken);
        var installer = Services.GetRequiredService<SchemaInstaller>();
        await installer.RequireCurrentAsync(cancellationToken);
        await installer.RequireUnalteredAsync(cancellationToken);
    }
}
