using ChangeLog.History.Records;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.IntegrationTests.TestSupport;
using ChangeLog.Keys;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>What logs.blame says, as the verb reads it, and at what cost.</summary>
public sealed class BlameReaderTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key, n integer, body jsonb)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_reader_says_what_the_function_says()
    {
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "anna", "reason": "by phone"}');
            insert into public.item values (1, 1, '{"a": 1}'), (2, 1, null);
            commit;
            set session_replication_role = replica;
            insert into public.item values (3, 1, null);
            reset session_replication_role
            """);
        await _database.ExecuteAsync("alter table public.item add column added integer");
        await _database.ExecuteAsync("update public.item set n = 2; update public.item set id = 4 where id = 1");
        await _database.ExecuteAsync("delete from public.item where id = 2");

        foreach (var (record, count) in new[] { ("1", 5), ("2", 5), ("3", 4), ("4", 4), ("5", 0) })
        {
            var read = await ReadAsync("item", record);
            read.Count.ShouldBe(count);
            read.ShouldBe(await SaidAsync(record), record);
        }

        var said = await SaidAsync("2");
        await _database.ExecuteAsync("drop table public.item");
        (await ReadAsync("item", "2")).ShouldBe(said, ignoreOrder: true);
    }

    [Fact]
    public async Task What_happened_to_other_records_is_not_read()
    {
        await _database.ExecuteAsync("insert into public.item values (1, 1), (2, 1)");
        await _database.ExecuteAsync("update public.item set n = 2");
        await _database.DeriveAndSweepAsync();
        await using var connection = await _database.OpenConnectionAsync();
        var before = await BuffersAsync(connection);

        await _database.ExecuteAsync(
            """
            do $$ begin
                for i in 1..300 loop
                    insert into public.item select generate_series(100 * i, 100 * i + 99);
                    commit;
                end loop;
            end $$
            """);
        await _database.DeriveAndSweepAsync();

        // reading the others takes hundreds; the indexes have become a level or two deeper
        (await BuffersAsync(connection) - before).ShouldBeLessThan(100);
        (await ReadAsync("item", "1")).Count.ShouldBe(3);
    }

    private static async Task<long> BuffersAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("analyze logs.change_details; analyze logs.change; analyze logs.transaction");
        return await connection.BuffersAsync("select * from logs.blame('item', '1')");
    }

    private async Task<List<string>> ReadAsync(string name, string record)
    {
        await using var connection = await _database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync(name, Token);
        var blame = await new BlameReader(connection).ReadAsync(table, record, Token);
        IEnumerable<string> end = blame.End is { } ended
            ? [Line("-", ended.NewKey is { } key ? $"\"{key}\"" : null, ended.Change, before: null)]
            : [];
        return
        [
            .. end,
            .. blame.Columns.Select(column => Line(
                column.Name, column.Value?.GetRawText(), column.Change, column.Before)),
        ];
    }

    private static string Line(string name, string? value, BlamedChange? change, DateTimeOffset? before) => string.Join(
        '|', name, value, Text(change?.Since), Text(before), change?.Action, change?.ActorId, change?.DbUser,
        change?.DbRole, change?.ApplicationName, change?.Reason, change?.EventId, change?.Position);

    private static string? Text(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("HH:mm:ss.ffffff");

    private async Task<IEnumerable<string>> SaidAsync(string record) =>
        (await _database.LinesAsync(
            """
            select
                coalesce(b.column_name, '-'), b.value, to_char(b.since at time zone 'utc', 'HH24:MI:SS.US'),
                to_char(b.before at time zone 'utc', 'HH24:MI:SS.US'), b.action, b.actor_id, b.db_user, b.db_role,
                b.application_name, b.reason, b.event__id, b.position
            from logs.blame('item', $1) b
            """,
            record)).Select(line => line.Replace("∅", string.Empty, StringComparison.Ordinal));
}
