using ChangeLog.Telemetry;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Telemetry;

public sealed class StatementTextTests
{
    [Theory]
    [InlineData("select a1 from t2 where id = $1 and x > $12", "select a1 from t2 where id = $1 and x > $12")]
    [InlineData("select 'a ''secret''' || E'it\\'s secret' || 'C:\\' || x'ff', 'b'", "select ? || ? || ? || x?, ?")]
    [InlineData("select 12, -3.5e7, t.c1 from \"it's 5\" where a=4", "select ?, -?, t.c1 from \"it's 5\" where a=?")]
    [InlineData("do $$ secret $$; do $f1$ it's $$ $f1$", "do ?; do ?")]
    [InlineData("select 1 -- it's secret\n, /* it's */ 'x'", "select ? ?\n, ? ?")]
    [InlineData("select 'not ended, secret", "select ?")]
    [InlineData("select $$ not ended, secret", "select ?")]
    public void Of_a_statement_no_literal_is_left_and_names_and_parameters_are(string sql, string sent) =>
        StatementText.WithoutValues(sql).ShouldBe(sent);
}
