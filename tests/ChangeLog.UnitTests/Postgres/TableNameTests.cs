using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class TableNameTests
{
    [Theory]
    [InlineData("users", "public", "users")]
    [InlineData(" auth.users ", "auth", "users")]
    [InlineData("\"Users\"", "public", "Users")]
    [InlineData("\"Auth\".\"Users\"", "Auth", "Users")]
    [InlineData("auth.\"Users\"", "auth", "Users")]
    [InlineData("\"a.b\"", "public", "a.b")]
    [InlineData("\"a.b\".\"say \"\"c\"\"\"", "a.b", "say \"c\"")]
    [InlineData("a.b.c", "a", "b.c")]
    public void A_name_is_read_as_a_person_writes_it(string text, string schema, string name) =>
        TableName.Parse(text).ShouldBe(new TableName(schema, name));

    [Theory]
    [InlineData("users", "users")]
    [InlineData("\"we\"\"ird\"", "we\"ird")]
    [InlineData("public.we\"ird", "public.we\"ird")]
    [InlineData("\"a.b\".c", "a.b.c")]
    public void A_name_stays_bare_without_its_quotes(string text, string name) =>
        TableName.Unquoted(text).ShouldBe(name);
}
