using ChangeLog.TestSupport;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Platform.Links;

namespace ChangeLog.IntegrationTests.Platform;

/// <summary>Which record a link leads to: by the name of its table, and by an id of whatever type.</summary>
public sealed class LinkTargetTests
{
    [Theory]
    [InlineData("twin", "twin")]
    [InlineData("other.twin", "other.twin")]
    [InlineData("sole", "other.sole")]
    [InlineData("other.sole", "other.sole")]
    [InlineData("public.sole", null)]
    [InlineData("double", null)]
    [InlineData("Mixed Case", "other.\"Mixed Case\"")]
    [InlineData("other.Mixed Case", "other.\"Mixed Case\"")]
    [InlineData("other.\"Mixed Case\"", "other.\"Mixed Case\"")]
    [InlineData("mixed case", null)]
    [InlineData("leaf", "other.rooted")]
    [InlineData("a_view", null)]
    [InlineData("pg_class", null)]
    [InlineData("logs.change", null)]
    [InlineData("", null)]
    public async Task A_name_without_schema_is_of_public_else_of_the_only_table_so_named(string name, string? table)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create schema other;
            create schema third;
            create table public.twin (id int);
            create table other.twin (id int);
            create table other.sole (id int);
            create table other.double (id int);
            create table third.double (id int);
            create table other."Mixed Case" (id int);
            create table other.rooted (id int) partition by list (id);
            create table third.leaf partition of other.rooted default;
            create view other.a_view as select 1 as id
            """);

        (await database.LinesAsync("select changelog.link_target($1)::regclass", name)).ShouldBe([table ?? "∅"]);
    }

    [Fact]
    public async Task Links_to_a_name_that_leads_to_several_tables_are_left_alone()
    {
        await using var database = await CreateAsync("notes=nullify");
        await database.ExecuteAsync(
            $"""
            create schema a;
            create schema b;
            create table a.twin (id uuid primary key);
            create table b.twin (id uuid primary key);
            insert into a.twin values ('{Ann}');
            insert into public.notes values (1, 'twin', '{Ann}'), (2, 'a.twin', '{Ann}');
            delete from a.twin
            """);

        await database.CleanAsync();

        (await database.RowsAsync("public.notes")).ShouldBe([$"1|twin|{Ann}", "2|∅|∅"]);
    }

    [Theory]
    [InlineData("integer", "integer", "7", "7")]
    [InlineData("integer", "text", "7", "7")]
    [InlineData("bigint", "numeric", "7", "7")]
    [InlineData("text", "varchar(20)", "'x y'", "'x y'")]
    [InlineData("uuid", "text", $"'{Ann}'", $"'{Ann}'")]
    [InlineData("char(5)", "text", "'ab'", "'ab'")]
    [InlineData("date", "date", "'2026-01-02'", "'2026-01-02'")]
    public async Task A_link_may_have_any_type_that_says_which_record_it_is(string key, string link, string id, string linked)
    {
        await using var database = await CreateAsync("public.*=nullify");
        await database.ExecuteAsync(
            $"""
            create table public.room (id {key} primary key);
            create table public.memo (id integer primary key, linked_table text, linked_id {link});
            insert into public.room values ({id});
            insert into public.memo values (1, 'room', {linked});
            """);
        await database.DataSource.GrantAsync();
        await database.CleanAsync();
        (await database.LinesAsync("select linked_table from public.memo")).ShouldBe(["room"]);
        (await database.DataSource.SweepAsync()).Sum(table => table.Dangling).ShouldBe(0);

        await database.ExecuteAsync("delete from public.room");
        await database.CleanAsync();

        (await database.RowsAsync("public.memo")).ShouldBe(["1|∅|∅"]);
    }
}
