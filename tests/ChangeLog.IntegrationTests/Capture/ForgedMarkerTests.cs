using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>Whatever a writer sets, in whatever order: its transaction has its row, with the right user.</summary>
public sealed class ForgedMarkerTests
{
    private const string Forge = "perform set_config('changelog.transaction', 'recorded', true);";

    // what follows "begin", and the records that are left
    public static TheoryData<string, string[]> Orders { get; } = new()
    {
        { $"do $$ begin {Forge} insert into item values (1); end $$", ["1"] },
        {
            $"insert into item values (1); do $$ begin {Forge} end $$; insert into item values (2)",
            ["1", "2"]
        },
        {
            $"""
            savepoint a; insert into item values (1); rollback to a;
            do $$ begin {Forge} end $$; insert into item values (2)
            """,
            ["2"]
        },
        {
            $"""
            savepoint a; savepoint b; insert into item values (1); release b; rollback to a;
            do $$ begin {Forge} end $$;
            insert into item values (2); savepoint c; insert into item values (3); release c;
            insert into item values (4)
            """,
            ["2", "3", "4"]
        },
        {
            $"""
            do $$ begin
                begin insert into item values (1); raise exception 'undone'; exception when others then {Forge} end;
                insert into item values (2);
                begin insert into item values (3); exception when others then null; end;
            end $$
            """,
            ["2", "3"]
        },
        {
            """
            savepoint a; insert into item values (1); release a;
            savepoint b; insert into item values (2); rollback to b; insert into item values (3)
            """,
            ["1", "3"]
        },
        {
            $"""
            savepoint a; insert into item values (1); do $$ begin {Forge} end $$; release a;
            insert into item values (2)
            """,
            ["1", "2"]
        },
        {
            $"insert into item values (0); do $$ begin {Forge} end $$; truncate item; insert into item values (1)",
            ["0", "1", "∅"]
        },
        {
            $"""
            savepoint a; insert into item values (0); rollback to a;
            do $$ begin {Forge} end $$; truncate item; insert into item values (1)
            """,
            ["1", "∅"]
        },
        {
            """
            insert into item values (1); discard sequences; insert into item values (2);
            reset changelog.transaction; insert into item values (3)
            """,
            ["1", "2", "3"]
        },
        { "set changelog.transaction = 'nonsense'; insert into item values (1); insert into item values (2)", [
            "1", "2"] },
        {
            """
            select set_config('changelog.transaction', (pg_current_xact_id()::text::bigint + i)::text, false)
            from generate_series(1, 0, -1) i;
            insert into item values (1)
            """,
            ["1"]
        },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_transaction_has_one_row_before_its_changes_which_says_who_and_from_where(
        string statements, string[] records)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key)");
        var writer = await database.CreateRoleAsync();
        await database.ExecuteAsync($"grant all on item to {writer.Name}");
        await using var dataSource = database.DataSourceFor(writer);
        await using var connection = await dataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("set application_name = 'till'");

        // twice in one session: what it remembers of the first transaction must not count for the second
        await connection.ExecuteAsync($"begin; {statements}; rollback");
        await connection.ExecuteAsync($"set application_name = 'till'; begin; {statements}; commit");

        (await database.LinesAsync(
            """
            select distinct c.record_id, t.db_user, t.application_name, t.client_addr is not null,
                t.position < c.position
            from logs.change c
            left join logs.transaction t using (xid, logged_at)
            order by 1
            """))
            .ShouldBe(records.Select(record => $"{record}|{writer.Name}|till|t|t"));
        (await database.ScalarAsync<long>("select count(*) from logs.transaction")).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_but_capture_can_set_what_it_goes_by()
    {
        await using var database = await Installs.CreateAsync();

        (await database.LinesAsync(
            """
            select a.grantee::regrole, lower(a.privilege_type)
            from pg_class c
            cross join aclexplode(c.relacl) a
            where c.oid = 'changelog.marked'::regclass
            and a.grantee <> c.relowner
            order by 1, 2
            """))
            .Where(line => !line.StartsWith("changelog_owner|", StringComparison.Ordinal)
                && line != "changelog_worker|select")
            .ShouldBe(["changelog_capture|select", "changelog_capture|update"]);
        (await database.LinesAsync(
            "select tgrelid::regclass from pg_trigger where tgname = 'mark_transaction' and tgenabled <> 'A'"))
            .ShouldBeEmpty();
    }
}
