using System.Data;
using ChangeLog.History.Records;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.Keys;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>What nobody captured shows where two changes of a record do not meet, and nothing else does.</summary>
public sealed class UnseenChangeTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.patients (id integer primary key, mrn text, weight numeric, password text);
            insert into public.patients values (1, 'PR', 70.0, 'a')
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public static TheoryData<string, string[]> Cases { get; } = new()
    {
        {
            "update public.patients set weight = 71; update public.patients set weight = 72",
            []
        },
        {
            """
            <update public.patients set mrn = 'UNSEEN', weight = 70.0>;
            update public.patients set weight = 71
            """,
            ["changed 1-2: mrn \"PR\" → \"UNSEEN\""]
        },
        {
            "<update public.patients set weight = null>; delete from public.patients",
            ["changed 1-2: weight 70.0 → null"]
        },
        {
            """
            delete from public.patients; <insert into public.patients values (1, 'BACK', 1)>;
            update public.patients set weight = 2
            """,
            ["created 2-3: "]
        },
        {
            """
            update public.patients set id = 2; insert into public.patients values (1, 'NEW', 1);
            delete from public.patients where id = 1; update public.patients set id = 1
            """,
            []
        },
        {
            "truncate public.patients; insert into public.patients values (1, 'NEW', 1)",
            []
        },
        {
            """
            alter table public.patients add column note text default 'n', drop column weight;
            update public.patients set mrn = 'M'
            """,
            []
        },
        {
            "<update public.patients set password = 'b'>; update public.patients set password = 'c'",
            []
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_shows_between_the_changes_that_do_not_meet(string statements, string[] expected)
    {
        foreach (var statement in statements.Split(';', StringSplitOptions.TrimEntries))
        {
            await _database.ExecuteAsync(statement.StartsWith('<') ? Unseen(statement.Trim('<', '>')) : statement);
        }

        (await LinesAsync()).ShouldBe(expected);
        await _database.DeriveAsync();
        (await LinesAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task It_names_the_time_in_which_the_table_was_not_captured()
    {
        await _database.ExecuteAsync(
            """
            update changelog.coverage set valid_until = now() where table_oid = 'public.patients'::regclass;
            insert into changelog.coverage
                (table_oid, table_schema, table_name, captured, reason, valid_from, valid_until)
            values (
                'public.patients'::regclass, 'public', 'patients', false, 'no trigger', now(), now() + interval '1 ms')
            """);
        await _database.ExecuteAsync(Unseen("delete from public.patients"));
        await _database.ExecuteAsync("insert into public.patients values (1, 'AGAIN', 1)");

        var unseen = (await ReadAsync()).Unseen.ShouldHaveSingleItem();

        unseen.What.ShouldBe("deleted");
        unseen.NotCaptured.ShouldHaveSingleItem().Reason.ShouldBe("no trigger");
    }

    private static string Unseen(string statement) =>
        $"set session_replication_role = replica; {statement}; reset session_replication_role";

    private async Task<IEnumerable<string>> LinesAsync()
    {
        var history = await ReadAsync();
        var numbers = history.Changes.Index().ToDictionary(change => change.Item.Position, change => change.Index + 1);
        return history.Unseen.Select(unseen =>
            $"{unseen.What} {numbers[unseen.After]}-{numbers[unseen.Before]}: "
            + string.Join(
                ", ",
                unseen.Fields.Select(
                    field => $"{field.Name} {field.Left.GetRawText()} → {field.Found.GetRawText()}")));
    }

    private async Task<RecordHistory> ReadAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        var table = await new TableFinder(connection).FindAsync("patients", Token);
        return await new HistoryReader(connection).ReadAsync(
            table, [new KeyPeriod(["1"])], new HistoryFilter { Limit = 50 }, Token);
    }
}
