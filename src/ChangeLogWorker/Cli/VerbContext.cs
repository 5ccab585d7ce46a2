using System.CommandLine;
using ChangeLogWorker.Connecting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ChangeLogWorker.Cli;

/// <summary>What a verb is given: what was typed, the settings, the services and where to write.</summary>
internal sealed record VerbContext(
    ParseResult Parsed, IConfiguration Configuration, IServiceProvider Services, Output Output)
{
    public NpgsqlDataSource Database => Services.GetRequiredService<DataSources>().For(ConnectionRole.Cli);

    public bool Has(Option<bool> option) => Parsed.GetValue(option);
}
