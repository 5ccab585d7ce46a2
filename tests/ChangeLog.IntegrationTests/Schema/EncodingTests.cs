using System.Text.Json.Nodes;
using ChangeLog.Handlers;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>A database of another encoding than UTF-8 is one like others.</summary>
public sealed class EncodingTests
{
    [Theory]
    [InlineData("LATIN1", "M\u00fcller")]
    [InlineData("LATIN9", "12 \u20ac")]
    [InlineData("WIN1252", "12 \u20ac")]
    [InlineData("EUC_JP", "\u65e5\u672c")]
    [InlineData("EUC_JIS_2004", "\u65e5\u672c")]
    [InlineData("EUC_KR", "\ud55c\uad6d")]
    [InlineData("SQL_ASCII", "M\u00fcller")]
    public async Task A_database_of_any_encoding_is_captured_and_handled(string encoding, string name)
    {
        await using var database = await TestDatabase.CreateInEncodingAsync(encoding);
        await database.ExecuteAsync("create table item (id int primary key, name text, password text)");
        await database.DataSource.InstallAsync();

        await database.ExecuteAsync("insert into item values (1, $1, $1)", name);
        await database.ExecuteAsync(
            "select lib_event.create('shop.item.named', jsonb_build_object('name', $1::text))", name);
        var collected = new Collected();
        await using (await new HostedWorker(database, HostedWorker.ShortWaits, collected).StartAsync(everything: true))
        {
            await database.WaitUntilAsync(
                "select exists (select from logs.change_details where table_oid = 'item'::regclass)");
            await collected.WaitAsync();
        }

        collected.Rows.ShouldHaveSingleItem()["name"]!.GetValue<string>().ShouldBe(name);
        (await database.LinesAsync("select record_data from logs.change where table_name = 'item'"))
            .ShouldBe([$$"""{"id": 1, "name": "{{name}}", "password": "[redacted]"}"""]);
        (await database.DataSource.InstallAsync()).Scripts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_reach_a_handler_and_hold_up_none()
    {
        await using var database = await TestDatabase.CreateInEncodingAsync("SQL_ASCII");
        await database.ExecuteAsync("create table item (id int primary key, name text)");
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync("insert into item values (1, e'M' || chr(252) || 'ller')");
        var collected = new Collected();
        await using (await new HostedWorker(database, HostedWorker.ShortWaits, collected).StartAsync(everything: true))
        {
            await collected.WaitAsync();
        }

        collected.Rows.ShouldHaveSingleItem()["name"]!.GetValue<string>().ShouldBe("M\U0010FEFCller");
    }

    [Theory]
    [InlineData("SQL_ASCII", 252)]
    [InlineData("WIN1252", 129)]
    public async Task A_text_that_utf_8_does_not_have_is_hashed_and_its_write_does_not_fail(string encoding, int code)
    {
        await using var database = await TestDatabase.CreateInEncodingAsync(encoding);
        await database.ExecuteAsync("create table item (id int primary key, mail text)");
        await database.DataSource.InstallAsync(Installs.Defaults with
        {
            Redaction = new RedactionSettings(
                [
                    new(
                        "test", TableFilter.Parse(["public.item"])[0], new ColumnPattern("mail"),
                        RedactionMethod.Hash, null),
                ],
                hashKey: "a key of sixteen and more"),
        });

        await database.ExecuteAsync($"insert into item select i, chr({code}) || i % 2 from generate_series(1, 3) i");

        (await database.LinesAsync(
            """
            select record_id,
                   count(*) over (partition by record_data ->> 'mail'),
                   record_data ->> 'mail' ~ '^hmac-sha256:[0-9a-f]{64}$'
            from logs.change
            where table_name = 'item'
            order by position
            """)).ShouldBe(["1|2|t", "2|1|t", "3|2|t"]);
    }

    [Fact]
    public async Task A_long_key_of_any_bytes_has_its_place_in_the_index_and_in_timelines()
    {
        await using var database = await TestDatabase.CreateInEncodingAsync("SQL_ASCII");
        await database.DataSource.InstallAsync();

        (await database.ScalarAsync<bool>(
            """
            select logs.index_key(k.long) = 'sha256:' || encode(sha256(convert_to(k.long, 'SQL_ASCII')), 'hex')
                   and changelog.timeline_entry_id(1, 't', 1, k.long) is not null
            from (select repeat(chr(252), 1200)) k (long)
            """)).ShouldBeTrue();
    }

    private sealed class Collected : IHandler
    {
        private readonly TaskCompletionSource _done = new();

        public List<JsonObject> Rows { get; } = [];

        public string Name => "collected";

        public Streams Reads => Streams.Changes;

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            await foreach (var change in page.ReadChangesAsync(cancellationToken))
            {
                if (change.TableName == "item")
                {
                    Rows.Add(change.NewRow!);
                    _done.TrySetResult();
                }
            }
        }

        public Task WaitAsync() =>
            _done.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
