using System.Net.Sockets;
using ChangeLog.Dispatching;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Dispatching;

public sealed class FailureTests
{
    [Theory]
    [InlineData("22P02", nameof(FailureKind.Data))]
    [InlineData("22001", nameof(FailureKind.Data))]
    [InlineData("23505", nameof(FailureKind.Data))]
    [InlineData("21000", nameof(FailureKind.Data))]
    [InlineData("44000", nameof(FailureKind.Data))]
    [InlineData("54000", nameof(FailureKind.Data))]
    [InlineData("42P01", nameof(FailureKind.Handler))]
    [InlineData("42501", nameof(FailureKind.Handler))]
    [InlineData("P0001", nameof(FailureKind.Handler))]
    [InlineData("25P02", nameof(FailureKind.Handler))]
    [InlineData("XX000", nameof(FailureKind.Handler))]
    [InlineData("40001", nameof(FailureKind.Infrastructure))]
    [InlineData("40P01", nameof(FailureKind.Infrastructure))]
    [InlineData("53100", nameof(FailureKind.Infrastructure))]
    [InlineData("55P03", nameof(FailureKind.Infrastructure))]
    [InlineData("55006", nameof(FailureKind.Infrastructure))]
    [InlineData("58030", nameof(FailureKind.Infrastructure))]
    [InlineData("25006", nameof(FailureKind.Infrastructure))]
    [InlineData("53200", nameof(FailureKind.Overload))]
    [InlineData("57014", nameof(FailureKind.Overload))]
    [InlineData("25P03", nameof(FailureKind.Overload))]
    [InlineData("57P01", nameof(FailureKind.Connection))]
    [InlineData("08006", nameof(FailureKind.Connection))]
    public void The_database_says_what_may_cure_it(string sqlState, string kind)
    {
        var failure = Handling(Refused(sqlState, "it failed"));
        (failure.Kind.ToString(), failure.SqlState, failure.ErrorType).ShouldBe((kind, sqlState, sqlState));
    }

    [Fact]
    public void What_a_handler_wraps_is_judged_by_what_the_database_said()
    {
        var failure = Handling(new InvalidOperationException("saving failed", Refused("23503", "no such customer")));
        (failure.Kind, failure.ErrorType, failure.Text).ShouldBe((FailureKind.Data, "23503", "no such customer"));
    }

    [Fact]
    public void A_timeout_may_be_a_page_too_large_or_a_dead_network_and_is_no_attempt()
    {
        var failure = Handling(new NpgsqlException(
            "Exception while reading from stream", new TimeoutException("Timeout during reading attempt")));
        (failure.Kind, failure.IsAttempt).ShouldBe((FailureKind.Overload, false));
    }

    [Fact]
    public void A_lost_connection_is_no_attempt_whatever_the_handler_makes_of_it()
    {
        Handling(new NpgsqlException("Exception while reading", new SocketException())).Kind.ShouldBe(
            FailureKind.Connection);
        Failure.WhileHandling(new InvalidOperationException("Connection is not open"), isConnectionLost: true)
            .Kind.ShouldBe(FailureKind.Connection);

        // Npgsql breaks the connection itself after a full disk and after an internal error
        Failure.WhileHandling(Refused("53100", "x"), isConnectionLost: true).Kind.ShouldBe(FailureKind.Infrastructure);
        Failure.WhileHandling(Refused("XX000", "x"), isConnectionLost: true).Kind.ShouldBe(FailureKind.Handler);
    }

    [Fact]
    public void No_exception_of_CSharp_is_taken_for_a_data_error_at_once() =>
        new Exception[]
            {
                new FormatException("x"), new TaskCanceledException(), new TimeoutException(), new OverflowException(),
            }
            .ShouldAllBe(error => Handling(error).Kind == FailureKind.Handler);

    [Fact]
    public void An_error_before_a_page_was_had_is_never_the_handlers()
    {
        Failure.BeforeHandling(Refused("23505", "x")).Kind.ShouldBe(FailureKind.Infrastructure);
        Failure.BeforeHandling(Refused("57P03", "x")).Kind.ShouldBe(FailureKind.Connection);
        Failure.BeforeHandling(new NpgsqlException("x", new SocketException())).Kind.ShouldBe(FailureKind.Connection);
    }

    [Theory]
    [InlineData("22P02", "invalid input syntax for type integer: \"hunter2\"", "invalid text representation")]
    [InlineData("22003", "Wert »99999« ist außerhalb des Bereichs", "numeric value out of range")]
    [InlineData("22ZZZ", "hunter2", "data exception")]
    [InlineData(
        "23505", "duplicate key value violates unique constraint \"a_key\"",
        "duplicate key value violates unique constraint \"a_key\"")]
    [InlineData("42P01", "relation \"public.gone\" does not exist", "relation \"public.gone\" does not exist")]
    [InlineData("P0001", "no customer 'hunter2' here", "no customer ... here")]
    public void Values_that_PostgreSQL_quotes_are_not_kept(string sqlState, string message, string kept) =>
        Handling(Refused(sqlState, message)).Text.ShouldBe(kept);

    [Fact]
    public void What_is_raised_under_another_code_quotes_values_too() =>
        Handling(new PostgresException("no 'hunter2'", "ERROR", "ERROR", "53100", routine: "exec_stmt_raise")).Text
            .ShouldBe("no ...");

    [Fact]
    public void Details_and_contexts_are_never_kept()
    {
        var error = new PostgresException(
            "null value in column \"a\"", "ERROR", "ERROR", "23502",
            detail: "Failing row contains (hunter2).", where: "hunter2");
        Handling(error).Text.ShouldBe("null value in column \"a\"");
    }

    [Fact]
    public void Values_that_NET_quotes_are_not_kept()
    {
        Handling(new FormatException("The input string 'it's hunter2' was not in a correct format.")).Text
            .ShouldBe("FormatException: The input string ... was not in a correct format.");
        Handling(new KeyNotFoundException("The given key 'hunter2' was not present in the dictionary.")).Text
            .ShouldBe("KeyNotFoundException: The given key ... was not present in the dictionary.");
        Handling(new HttpRequestException("Connection refused (mail:25); don't wait, it's down")).Text
            .ShouldBe("HttpRequestException: Connection refused (mail:25); don't wait, it's down");
    }

    private static Failure Handling(Exception error) => Failure.WhileHandling(error, isConnectionLost: false);

    private static PostgresException Refused(string sqlState, string message) =>
        new(message, "ERROR", "ERROR", sqlState);
}
