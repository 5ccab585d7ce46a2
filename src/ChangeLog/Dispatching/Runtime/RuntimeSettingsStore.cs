using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Reads the runtime settings for a program without a watch.</summary>
internal sealed class RuntimeSettingsStore(NpgsqlDataSource dataSource, RuntimeSettings runtime)
{
    private const string Select = /* language=sql */
        "select jsonb_agg(s order by s.stopped_handler, s.setting, s.flag)::text from changelog.runtime_settings() s";

    public async Task ApplyAsync(CancellationToken cancellationToken) =>
        runtime.Apply(await dataSource.CreateCommand(Select)
            .RowAsync(row => row.TextOrNull(0), [], cancellationToken));
}
