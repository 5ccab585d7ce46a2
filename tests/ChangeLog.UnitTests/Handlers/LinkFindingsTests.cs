using ChangeLog.Handlers.LinkCleanup;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

/// <summary>What a sweep's stretches add up to, and what the status says of it.</summary>
public sealed class LinkFindingsTests
{
    private static readonly LinkTableReport Unseen = LinkTableReport.Of(
        new LinkTable(4711, "public.notes", "nullify", IsOwn: false));

    [Fact]
    public void Stretches_add_up_and_the_last_reason_stays()
    {
        var report = Unseen.Add(3, 2, 1, "a").Add(4, 4, 0, null).Add(1, 0, 1, "b").Add(0, 0, 0, null);

        (report.Dangling, report.Cleared, report.Failed, report.Reason).ShouldBe((8, 6, 2, "b"));
        (report.Table, report.Policy).ShouldBe(("public.notes", "nullify"));
    }

    [Fact]
    public void A_table_whose_links_were_all_cleared_is_no_finding() =>
        LinkFindings.Of(Unseen.Add(3, 3, 0, null)).ShouldBeEmpty();

    [Fact]
    public void Links_that_are_left_are_counted_with_their_reason_and_without_the_names_they_hold() =>
        LinkFindings.Of(Unseen.Add(5, 2, 3, "a constraint refuses it.") with
        {
            Unresolved = new Dictionary<string, long> { ["secret"] = 2, ["other"] = 3 },
            Unkeyed = new Dictionary<string, long> { ["public.keyless"] = 4 },
        }).ShouldBe(
        [
            "Links of public.notes were left as they are (3): a constraint refuses it.",
            "Links of public.notes to tables whose rows no key of the server's own types tells apart are left alone "
                + "(4). To see which: changelog links --dry-run",
            "Links of public.notes whose name matches no table, or several, are left as they are (5). "
                + "To see which: changelog links --dry-run",
        ]);
}
