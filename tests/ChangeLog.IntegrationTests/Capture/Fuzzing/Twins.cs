using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>
/// Two databases that run the same statements, one with ChangeLog and one without, and must do the same.
/// </summary>
internal sealed class Twins : IAsyncDisposable
{
    // beside the tables, which to_jsonb shows under the settings that capture pins: sequences, for they are the
    // application's
    private const string Truth =
        """
        create schema fuzz_truth;
        create function fuzz_truth.rows()
        returns table (table_oid oid, table_name text, leaf text, row_text text)
        language plpgsql
        set search_path = pg_catalog
        set timezone = 'UTC'
        set datestyle = 'ISO, MDY'
        set intervalstyle = 'postgres'
        set bytea_output = 'hex'
        set extra_float_digits = 1
        as $function$
        declare
            target record;
        begin
            for target in
                select c.oid,
                       format('%I.%I', n.nspname, c.relname) as quoted,
                       format('%s.%s', n.nspname, c.relname) as name,
                       case c.relkind when 'r' then 'only ' else '' end as only,
                       array(
                           select a.attname::text
                           from pg_attribute a
                           where a.attrelid = c.oid
                             and a.attgenerated = 'v') as virtual
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p')
                  and not c.relispartition
                  and c.relpersistence <> 't'
                  and n.nspname !~ '^(pg_.*|information_schema|fuzz_truth|logs|lib_events?|platform|changelog)$'
            loop
                return query execute format('select %s::oid, %L, null, null', target.oid, target.name);
                return query execute format(
                    $$select %s::oid, %L, (
                          select n.nspname || '.' || c.relname
                          from pg_class c
                          join pg_namespace n on n.oid = c.relnamespace
                          where c.oid = "the row".tableoid), (to_jsonb("the row") - %L::text[])::text
                      from %s%s "the row"$$, target.oid, target.name, target.virtual, target.only, target.quoted);
            end loop;
            return query
            select 0::oid, 'sequence'::text, format('%s.%s', n.nspname, c.relname), pg_sequence_last_value(c.oid)::text
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'S'
              and n.nspname !~ '^(pg_.*|logs|lib_events?|platform|changelog)$';
        end
        $function$
        """;

    private const string WrittenRows =
        """
        select coalesce(pg_partition_root(c.oid)::oid, c.oid),
               sum(pg_stat_get_xact_tuples_inserted(c.oid))::bigint,
               sum(pg_stat_get_xact_tuples_updated(c.oid))::bigint,
               sum(pg_stat_get_xact_tuples_deleted(c.oid))::bigint
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r'
          and c.relpersistence <> 't'
          and n.nspname !~ '^(pg_.*|information_schema|logs|lib_events?|platform|changelog)$'
        group by 1
        """;

    private const string Logged =
        """
        select position, op::text, table_oid, format('%s.%s', table_schema, table_name), record_data::text,
               (case op when 'U' then record_data || previous_data end)::text, record_data ->> 'partition'
        from logs.change
        where position > $1
          and table_schema <> 'platform'
        order by position
        """;

    private readonly List<string> _told = [];
    private readonly string _role;

    private Twins(TestDatabase logged, TestDatabase control, string role)
    {
        Database = logged;
        Control = control;
        _role = role;
    }

    public TestDatabase Database { get; }

    private TestDatabase Control { get; }

    private NpgsqlConnection Capturing { get; set; } = null!;

    private NpgsqlConnection Plain { get; set; } = null!;

    public static async Task<Twins> CreateAsync(PostgresServer server, string role)
    {
        var twins = new Twins(
            await TestDatabase.CreateAsync(server), await TestDatabase.CreateEmptyAsync(server), role);
        await twins.Database.ExecuteAsync(Truth);
        await twins.Control.ExecuteAsync(Truth);
        twins.Capturing = await twins.Database.OpenConnectionAsync();
        twins.Plain = await twins.Control.OpenConnectionAsync();
        twins.Capturing.Notice += (_, told) =>
        {
            if (told.Notice.MessageText.Contains("ChangeLog", StringComparison.Ordinal))
            {
                twins._told.Add(told.Notice.MessageText);
            }
        };
        return twins;
    }

    /// <summary>
    /// Null, or the error, which is the same in both; so are the rows returned and how many were written.
    /// </summary>
    public async Task<string?> RunAsync(string sql, string? copyData = null)
    {
        sql = sql.Replace(FeatureSchema.Role, _role, StringComparison.Ordinal);
        var outcomes = await Task.WhenAll(
            OutcomeAsync(Capturing, sql, copyData, "fuzz gid a"), OutcomeAsync(Plain, sql, copyData, "fuzz gid b"));
        outcomes[0].ShouldBe(outcomes[1], sql);
        _told.ShouldBeEmpty(sql);
        return outcomes[0].StartsWith("done", StringComparison.Ordinal) ? null : outcomes[0];
    }

    public async Task<Rows> RowsAsync()
    {
        var both = await Task.WhenAll(ReadRowsAsync(Capturing), ReadRowsAsync(Plain));
        both[0].Content.Order(StringComparer.Ordinal).ShouldBe(both[1].Content.Order(StringComparer.Ordinal));
        await using var command = new NpgsqlCommand(WrittenRows, Capturing);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            both[0].Written[reader.GetFieldValue<uint>(0)] =
                (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }

        return both[0];
    }

    public Task<long> PositionAsync() => Capturing.ScalarAsync<long>("select last_value from lib_event.position");

    public async Task<List<LoggedChange>> ChangesAsync(long after)
    {
        await using var command = new NpgsqlCommand(Logged, Capturing) { Parameters = { new() { Value = after } } };
        await using var reader = await command.ExecuteReaderAsync();
        var changes = new List<LoggedChange>();
        while (await reader.ReadAsync())
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            var op = Text(1)!;
            var record = op is "T" ? null : Text(4);
            changes.Add(new LoggedChange(
                reader.GetInt64(0),
                op,
                reader.GetFieldValue<uint>(2),
                Text(3)!,
                op is "D" ? null : record,
                op is "D" ? record : Text(5),
                op is "T" ? Text(6) : null));
        }

        return changes;
    }

    public async ValueTask DisposeAsync()
    {
        await Capturing.DisposeAsync();
        await Plain.DisposeAsync();
        await Database.DisposeAsync();
        await Control.DisposeAsync();
    }

    private static async Task<Rows> ReadRowsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select * from fuzz_truth.rows()", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Rows();
        while (await reader.ReadAsync())
        {
            rows.Add(
                reader.GetFieldValue<uint>(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? "" : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3));
        }

        return rows;
    }

    private static async Task<string> OutcomeAsync(
        NpgsqlConnection connection, string sql, string? copyData, string gid)
    {
        try
        {
            if (copyData is not null)
            {
                await using var copy = await connection.BeginTextImportAsync(sql);
                await copy.WriteAsync(copyData);
                return "done";
            }

            await using var command = connection.CreateCommand();
            command.CommandText = sql.Replace("{gid}", gid, StringComparison.Ordinal);
            command.AllResultTypesAreUnknown = true;
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(
                    i => reader.IsDBNull(i)
                        ? "∅"
                        : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
            }

            await reader.CloseAsync();
            return string.Join('\n', rows.Order(StringComparer.Ordinal).Prepend($"done {reader.RecordsAffected}"));
        }
        catch (PostgresException error)
        {
            return $"{error.SqlState} {error.MessageText.Replace(gid, "{gid}", StringComparison.Ordinal)}";
        }
    }
}
