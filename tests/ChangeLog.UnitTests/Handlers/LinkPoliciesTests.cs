using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Handlers;

public sealed class LinkPoliciesTests
{
    [Theory]
    [InlineData("public.notes=keep", "public.*=delete")]
    [InlineData("public.tmp_*=delete", "public.*=keep")]
    [InlineData("public.*=keep", "*.*=delete")]
    [InlineData("*.notes=keep", "*.*=delete")]
    [InlineData("public.note_*=nullify", "public.note*=keep")]
    [InlineData("a.b=delete", "public.looooong_*=keep")]
    [InlineData("\"public\".\"50%_off\"=keep", "public.*=delete")]
    public void The_more_specific_pattern_comes_first_whatever_the_order(string first, string second)
    {
        Read(first, second).ShouldBe(Read(second, first));
        LinkPolicies.Read([second, first])[0].ShouldBe(LinkPolicies.Read([first])[0]);
    }

    [Theory]
    [InlineData("notes=keep", "public.notes=nullify")]
    [InlineData("public.a*=nullify", "public.*a=delete")]
    [InlineData("public.a*=keep", "public.*a=delete")]
    public void Of_two_that_say_as_much_the_gentler_comes_first(string first, string second)
    {
        Read(first, second).ShouldBe(Read(second, first));
        LinkPolicies.Read([second, first])[0].ShouldBe(LinkPolicies.Read([first])[0]);
    }

    [Fact]
    public void An_object_keeps_what_it_says_is_to_be_kept()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream("""
                { "ChangeLog": { "Links": { "Policies": { "public.notes": "keep", "public.*": "delete" } } } }
                """u8.ToArray()))
            .Build();

        LinkPolicies.Read(TableList.Pairs(configuration, LinkPolicies.Section)!)
            .Select(rule => $"{rule.Table.Text} {rule.PolicyName}")
            .ShouldBe(["public.notes keep", "public.* delete"]);
    }

    private static IEnumerable<string> Read(params string[] entries) =>
        LinkPolicies.Read(entries).Select(rule => $"{rule.Table.Text}={rule.PolicyName}");
}
