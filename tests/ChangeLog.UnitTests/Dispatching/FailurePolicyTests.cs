using ChangeLog.Dispatching;
using ChangeLog.Reading;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Dispatching;

public sealed class FailurePolicyTests
{
    private static readonly EntryKey First = new(IsEvent: false, 17, LoggedAt: null);

    private readonly FakeTimeProvider _time = new();
    private readonly FailurePolicy _policy;

    public FailurePolicyTests() => _policy = new FailurePolicy(maxAttempts: () => 3, largestPage: () => 1000, _time);

    [Fact]
    public void A_data_error_is_halved_and_given_up_without_any_wait()
    {
        Fail(FailureKind.Data, 1000).ShouldBe(FailureAction.Halve);
        _policy.Rows.ShouldBe(500);
        Fail(FailureKind.Data, 2).ShouldBe(FailureAction.Halve);
        Fail(FailureKind.Data, 1).ShouldBe(FailureAction.GiveUp);
        _policy.Attempts.ShouldBe(1);
    }

    [Fact]
    public void An_error_of_the_handler_is_waited_for_before_its_page_is_halved_and_again_when_it_is_alone()
    {
        Fails(FailureKind.Handler, 1000, 3).ShouldBe([FailureAction.Wait, FailureAction.Wait, FailureAction.Halve]);
        Fail(FailureKind.Handler, 500).ShouldBe(FailureAction.Halve);
        Fail(FailureKind.Handler, 2).ShouldBe(FailureAction.Halve);
        Fails(FailureKind.Handler, 1, 4).ShouldBe(
            [FailureAction.Wait, FailureAction.Wait, FailureAction.Prove, FailureAction.Prove]);
        _policy.Attempts.ShouldBe(4);
    }

    [Theory]
    [InlineData(nameof(FailureKind.Infrastructure))]
    [InlineData(nameof(FailureKind.Overload))]
    public void What_time_may_cure_is_waited_for_and_in_the_end_pauses_the_handler_but_is_never_an_attempt(string kind)
    {
        Fails(Enum.Parse<FailureKind>(kind), 1, 5).ShouldBe(
            [
                FailureAction.Wait, FailureAction.Wait, FailureAction.Wait, FailureAction.Pause, FailureAction.Pause,
            ]);
        _policy.Attempts.ShouldBe(0);
        Fails(FailureKind.Handler, 1, 2).ShouldBe([FailureAction.Wait, FailureAction.Wait]);
    }

    [Fact]
    public void A_lost_connection_never_pauses() =>
        Fails(FailureKind.Connection, 1000, 50).ShouldAllBe(verdict => verdict == FailureAction.Wait);

    [Fact]
    public void A_page_that_is_too_much_is_halved_at_once() =>
        Fail(FailureKind.Overload, 1000).ShouldBe(FailureAction.Halve);

    [Fact]
    public void After_ten_in_a_row_a_data_error_needs_a_proof_until_something_succeeds()
    {
        for (var given = 0; given < 10; given++)
        {
            Fail(FailureKind.Data, 1).ShouldBe(FailureAction.GiveUp);
            _policy.GivenUp("23502");
        }

        Fail(FailureKind.Data, 1).ShouldBe(FailureAction.Prove);
        _policy.Succeeded(0, isProof: false);
        Fail(FailureKind.Data, 1).ShouldBe(FailureAction.Prove);
        _policy.Succeeded(1, isProof: true);
        Fail(FailureKind.Data, 1).ShouldBe(FailureAction.GiveUp);
    }

    [Fact]
    public void An_error_for_which_a_change_was_just_given_up_is_not_waited_for_again_but_tried_as_often()
    {
        _policy.GivenUp("P0001");
        Fails(FailureKind.Handler, 1, 3).ShouldBe([FailureAction.Again, FailureAction.Again, FailureAction.Prove]);
        _policy.Succeeded(1, isProof: true);
        Fail(FailureKind.Handler, 1000).ShouldBe(FailureAction.Halve);

        _policy.Succeeded(500, isProof: true);
        _policy.Succeeded(500, isProof: true);
        _time.Advance(TimeSpan.FromMinutes(2));
        Fail(FailureKind.Handler, 1000).ShouldBe(FailureAction.Wait);
    }

    [Fact]
    public void Attempts_belong_to_one_page_and_end_with_it()
    {
        Fails(FailureKind.Handler, 1, 2);
        var first = _policy.FirstFailedAt;
        _time.Advance(TimeSpan.FromSeconds(1));
        _policy.Failed(First with { Position = 18 }, 1, Failure(FailureKind.Handler)).ShouldBe(FailureAction.Wait);
        _policy.Attempts.ShouldBe(1);
        _policy.FirstFailedAt.ShouldBe(first.AddSeconds(1));
    }

    [Fact]
    public void A_part_that_is_handled_while_a_page_is_taken_apart_shows_that_the_handler_works()
    {
        Fail(FailureKind.Data, 4);
        _policy.Succeeded(1, isProof: false);
        _policy.HandledAnother.ShouldBeFalse();
        _policy.Succeeded(2, isProof: true);
        _policy.HandledAnother.ShouldBeTrue();
        _policy.GivenUp("22P02");
        _policy.HandledAnother.ShouldBeFalse();
    }

    private FailureAction Fail(FailureKind kind, int rows) => _policy.Failed(First, rows, Failure(kind));

    private List<FailureAction> Fails(FailureKind kind, int rows, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => Fail(kind, rows))];

    private static Failure Failure(FailureKind kind) => new(kind, "P0001", "P0001", "…");
}
