using ChangeLog.IntegrationTests.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>JSON of very many objects is redacted as exactly as a small one, at a small multiple of its cost.</summary>
public sealed class LargeJsonTests
{
    // ticks: the processor time of the session's own backend
    private const string Tables =
        """
        create function ticks() returns bigint language sql volatile as
        $$
            select s[14]::bigint + s[15]::bigint
            from string_to_array(pg_read_file('/proc/self/stat', 0, 10000, true), ' ') s
        $$;
        create table captured (doc jsonb);
        create table bare (doc jsonb);
        create table measured as
        select
            jsonb_agg(jsonb_build_object('id', i, 'name', 'n' || i, 'password', 'x' || i))::text as doc,
            0::bigint as bare,
            0::bigint as captured
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
    public async Task Two_hundred_thousand_objects_with_a_password_cost_a_small_multiple_of_writing_them()
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync(Installs.Without("public.bare", "public.measured"));
        await database.ExecuteAsync(Tables);

        await database.ExecuteAsync(
            """
            do $$ declare
                content text := (select doc from measured);
                started bigint := ticks();
                written bigint;
            begin
                insert into bare values (content::jsonb);
                written := ticks();
                insert into captured values (content::jsonb);
                update measured set bare = written - started, captured = ticks() - written;
            end $$
            """);

        (await database.ScalarAsync<long>(
            """
            select count(*)
            from logs.change c, jsonb_array_elements(c.record_data -> 'doc') with ordinality e (value, n)
            where c.table_name = 'captured'
            and e.value = jsonb_build_object('id', n, 'name', 'n' || n, 'password', '[redacted]')
            """)).ShouldBe(200_000);
        // measured 2.7; a call for each object took 6.9
        (await database.ScalarAsync<decimal>("select captured::numeric / bare from measured")).ShouldBeLessThan(5m);
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
