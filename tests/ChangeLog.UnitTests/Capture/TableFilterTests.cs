using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Capture;

public sealed class TableFilterTests
{
    [Theory]
    [InlineData("orders", "public", "orders")]
    [InlineData("shop.orders", "shop", "orders")]
    [InlineData("shop.*", "shop", "%")]
    [InlineData("shop.log_*_2026", "shop", @"log\_%\_2026")]
    [InlineData("*.sessions", "%", "sessions")]
    [InlineData("Shop.Orders", "Shop", "Orders")]
    [InlineData(@"""SequelizeMeta""", "public", "SequelizeMeta")]
    [InlineData(@"shop.""a.b, """"c"""" *""", "shop", @"a.b, ""c"" *")]
    [InlineData(@"""my schema"".*", "my schema", "%")]
    [InlineData(@"a%b.c\d", @"a\%b", @"c\\d")]
    [InlineData("commandes_é.été", @"commandes\_é", "été")]
    public void An_entry_becomes_the_patterns_that_the_database_matches(string entry, string schema, string table) =>
        TableFilter.Parse([entry]).ShouldBe([new TablePattern(entry, schema, table)]);

    [Fact]
    public void A_list_is_separated_by_commas_and_spaces_around_an_entry_do_not_count() =>
        TableFilter.Parse([" a , shop.b", "c"]).Select(pattern => pattern.Text).ShouldBe(["a", "shop.b", "c"]);

    [Fact]
    public void An_entry_written_twice_counts_once() => TableFilter.Parse(["a,a"]).Count.ShouldBe(1);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_setting_excludes_nothing(string setting) => TableFilter.Parse([setting]).ShouldBeEmpty();

    [Theory]
    [InlineData("a,,b", "''")]
    [InlineData("a,", "''")]
    [InlineData("a.b.c", "'a.b.c'")]
    [InlineData("a.", "'a.'")]
    [InlineData(".a", "'.a'")]
    [InlineData("a b", "'a b'")]
    [InlineData("a\"b\"", "'a\"b\"'")]
    [InlineData("\"a", "'\"a'")]
    [InlineData("\"\"", "'\"\"'")]
    [InlineData("\"a\"b", "'\"a\"b'")]
    [InlineData("x, shop.\"a\"\"b\"c", "'shop.\"a\"\"b\"c'")]
    public void A_malformed_entry_is_refused_by_name(string setting, string named)
    {
        var refused = Should.Throw<RefusedException>(() => TableFilter.Parse([setting]));
        refused.ExitCode.ShouldBe(2);
        refused.Message.ShouldStartWith($"NON_LOGGED_TABLES: {named} is malformed: ");
    }
}
