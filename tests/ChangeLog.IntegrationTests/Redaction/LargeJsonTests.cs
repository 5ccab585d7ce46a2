using ChangeLog.IntegrationTests.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>JSON of very many objects is redacted as exactly as a small one.</summary>
public sealed class LargeJsonTests
{
    private const string Tables =
        """
        create table captured (doc jsonb);
        create table texts as
        select jsonb_agg(jsonb_build_object('id', i, 'name', 'n' || i, 'password', 'x' || i))::text as doc
        from generate_series(1, 200000) i
        """;

    public static TheoryData<string, string> Shapes { get; } = new()
    {
        { """[{"a": {"id": %s, "token": "x"}}]""", """[{"a": {"id": %s, "token": "[redacted]"}}]""" },
        { """[[{"id": %s, "token": {"a": [1]}}, [], {}]]""", """[[{"id": %s, "token": "[redacted]"}, [], {}]]""" },
        { """{"k%s": 1, "token": null, "my_token": "x"}""", """{"k%s": 1, "token": null, "my_token": "[redacted]"}""" },
        { """{"password%s": "x", "password": 1}""", """{"password%s": "[redacted]", "password": 1}""" },
        {
            """{"a\"%s\n": ["\"password\": ", {"x\\ Secret": []}]}""",
            """{"a\"%s\n": ["\"password\": ", {"x\\ Secret": "[redacted]"}]}"""
        },
    };

    [Fact]
    public async Task Of_two_hundred_thousand_objects_each_password_is_redacted()
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync(Installs.Without("public.texts"));
        await database.ExecuteAsync(Tables);

        await database.ExecuteAsync("insert into captured select doc::jsonb from texts");

        (await database.ScalarAsync<long>(
            """
            select count(*)
            from logs.change c, jsonb_array_elements(c.record_data -> 'doc') with ordinality e (value, n)
            where c.table_name = 'captured'
            and e.value = jsonb_build_object('id', n, 'name', 'n' || n, 'password', '[redacted]')
            """)).ShouldBe(200_000);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Whatever_its_shape_each_part_is_redacted_in_its_place(string part, string redacted)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key, doc jsonb)");

        await database.ExecuteAsync(
            """
            insert into item
            select 1, jsonb_agg(format($1::text, i)::jsonb order by i)
            from generate_series(1, 2000) i
            """,
            part);

        (await database.LinesAsync(
            """
            select c.record_data -> 'doc' = (
                select jsonb_agg(format($1::text, i)::jsonb order by i)
                from generate_series(1, 2000) i)
            from logs.change c
            """,
            redacted)).ShouldBe(["t"]);
    }
}
