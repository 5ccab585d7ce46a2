using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Reading;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

public sealed class SqlFileRulesTests
{
    [Theory]
    [InlineData("refresh materialized view m")]
    [InlineData(
        "insert into t select * from logs.page_changes(@changes, @logged_from, @logged_until); select @CHANGES;")]
    [InlineData("-- begin; @nothing \\x\nselect 1")]
    [InlineData("/* a /* nested; */ commit; @it */ select 1")]
    [InlineData(
        "select '; commit; \\ @it', E'\\'; commit; @it', \"; begin; @it\", $$; commit; @it$$, $x$; $$ commit $x$")]
    [InlineData("select a @> b, a <@ b, @ -5, 1::bigint; set local work_mem = '1GB'; set constraints all deferred")]
    [InlineData("with x as (select 1) select begin from commit")]
    public void What_can_be_run_in_the_pages_transaction_is_taken(string sql) =>
        SqlFileRules.Problems(sql, Streams.Changes).ShouldBeEmpty();

    [Theory]
    [InlineData("BEGIN; select 1; commit", "begin", "commit")]
    [InlineData("select 1; /* x */ start transaction", "start transaction")]
    [InlineData("rollback to savepoint s", "rollback to")]
    [InlineData("prepare transaction 'x'", "prepare transaction")]
    public void A_statement_that_would_end_the_pages_transaction_is_refused(string sql, params string[] statements) =>
        SqlFileRules.Problems(sql, Streams.Changes).ShouldBe(statements.Select(statement =>
            $"which contains the statement {statement}. It runs in the page's transaction, which is not its own to "
                + "end: remove that statement."));

    [Theory]
    [InlineData("set search_path = shop; select 1", "set search_path")]
    [InlineData("set session characteristics as transaction read only", "set session")]
    [InlineData("reset all", "reset all")]
    public void A_setting_that_would_outlive_the_page_is_refused(string sql, string statement) =>
        SqlFileRules.Problems(sql, Streams.Changes).ShouldBe(
            [
                $"which contains the statement {statement}. It would stay in force on a connection that others use: "
                    + "write set local."]);

    [Theory]
    [InlineData("")]
    [InlineData(" ; -- nothing\n;")]
    public void A_file_without_a_statement_is_refused(string sql) =>
        SqlFileRules.Problems(sql, Streams.Changes).ShouldBe(["which contains no statement."]);

    [Fact]
    public void A_command_of_psql_is_refused() =>
        SqlFileRules.Problems("\\copy x\nselect 1", Streams.Changes).ShouldBe(
            ["which contains a backslash, as psql commands do. Write plain SQL."]);

    [Fact]
    public void A_parameter_that_does_not_exist_is_named_with_the_nearest() =>
        SqlFileRules.Problems("select @change", Streams.Changes).ShouldBe(
            [
                "which uses @change. The parameters are @changes, @logged_from, @logged_until, @events; "
                    + "the nearest is @changes."]);

    [Theory]
    [InlineData(
        Streams.Changes, "select @events",
        "which uses @events, but the handler reads changes. Set Reads to Events or Both.")]
    [InlineData(
        Streams.Events, "select @logged_from",
        "which uses @logged_from, but the handler reads events. Set Reads to Changes or Both.")]
    [InlineData(Streams.Both, "select @events, @changes", null)]
    public void A_parameter_of_what_the_handler_does_not_read_is_refused(Streams reads, string sql, string? problem) =>
        SqlFileRules.Problems(sql, reads).ShouldBe(problem is null ? [] : [problem]);
}
