using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>
/// In which order one statement's changes of one row are logged, and where that is not the order they were made.
/// </summary>
public sealed class VersionOrderTests
{
    private const string Log =
        "select op, record_data, previous_data from logs.change where table_name = 'item' order by position";

    [Fact]
    public async Task A_foreign_key_s_action_on_a_row_of_the_same_statement_is_logged_after_the_statement_s_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create table item (id int primary key, up int references item on update cascade on delete set null);
            insert into item values (1, null), (2, 1);
            update item set id = id + 10
            """);
        await database.ExecuteAsync(
            "with gone as (delete from item where id = 11) update item set id = 22 where id = 12");

        (await database.LinesAsync(Log)).ShouldBe(
        [
            """I|{"id": 1, "up": null}|∅""",
            """I|{"id": 2, "up": 1}|∅""",
            """U|{"id": 11, "up": null}|{"id": 1}""",
            """U|{"id": 12, "up": 1}|{"id": 2}""",
            """U|{"id": 12, "up": 11}|{"up": 1}""",
            """U|{"id": 22, "up": 11}|{"id": 12}""",
            """D|{"id": 11, "up": null}|∅""",
            """U|{"id": 22, "up": null}|{"up": 11}""",
        ]);
    }

    [Theory]
    [InlineData("again", "I1|U2")]
    [InlineData(" again", "U2|I1")]
    public async Task A_trigger_that_writes_its_row_again_is_logged_first_only_where_its_name_comes_before_ours(
        string trigger, string logged)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            create table item (id int primary key, n int);
            create function again() returns trigger language plpgsql as $$
            begin
                update item set n = 2 where id = new.id;
                return null;
            end
            $$;
            create trigger "{trigger}" after insert on item for each row execute function again();
            insert into item values (1, 1)
            """);

        (await database.ScalarAsync<string>(
            """
            select string_agg(op::text || (record_data ->> 'n'), '|' order by position)
            from logs.change
            where table_name = 'item'
            """)).ShouldBe(logged);
    }
}
