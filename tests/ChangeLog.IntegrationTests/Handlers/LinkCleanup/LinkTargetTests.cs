using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>Which record a link leads to: by the name of its table, and by an id of whatever type.</summary>
public sealed class LinkTargetTests
{
    [Theory]
    [InlineData("integer", "select i::text from generate_series(1, 500) i", 0)]
    [InlineData("uuid", "select gen_random_uuid()::text from generate_series(1, 500) i", 0)]
    [InlineData("integer", "select i::text from generate_series(1, 499) i union all select 'none'", 500)]
    public async Task Ids_are_tried_one_by_one_only_where_one_of_them_is_none(string type, string ids, long tried)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"create table target (id {type} primary key)");
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("set track_functions = 'all'; begin");

        (await connection.ScalarAsync<int>(
            $"select cardinality(changelog.absent_targets('target'::regclass, array({ids})))"))
            .ShouldBe(tried == 0 ? 500 : 499);

        (await connection.ScalarAsync<long>(
            "select coalesce(sum(calls), 0)::bigint from pg_stat_xact_user_functions "
            + "where schemaname = 'changelog' and funcname = 'canonical'"))
            .ShouldBe(tried);
    }

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
    public async Task Targets_whose_key_is_no_type_of_the_servers_own_are_left_alone_and_listed_and_the_sweep_goes_on()
    {
        await using var database = await CreateAsync("tasks=nullify", "notes=nullify");
        await database.ExecuteAsync(
            $$"""
            create type public.mood as enum ('a', 'b');
            create domain public.moody as public.mood;
            create table public.by_enum (id public.mood primary key);
            create table public.by_domain (id public.moody primary key);
            create table public.by_pair (a integer, b public.mood, primary key (a, b));
            create table public.by_range (id int4range primary key);
            create table public.by_moods (id public.mood[] primary key);
            create table public.no_key (x integer);
            create table public.by_array (id integer[] primary key);
            create table public.by_made (n integer, id integer generated always as (n) stored primary key);
            create table public.by_class (id regclass primary key);
            create table public.by_bits (id bit(3) primary key);
            insert into public.by_enum values ('a');
            insert into public.tasks values
                (1, 'by_enum', 'b'), (2, 'by_domain', 'b'), (3, 'by_pair', '[1, "b"]'), (4, 'by_range', '[1,2)'),
                    (5, 'no_key', '1'),
                (6, 'by_array', '{1}'), (7, 'by_made', '9'), (8, 'students', 'not a uuid'), (9, 'students', '{{Bo}}'),
                (10, 'by_enum', 'a'), (11, 'by_moods', '{a}'), (12, 'by_class', 'no.such'), (13, 'by_bits', '12'),
                    (14, 'by_array', '{');
            insert into public.notes values (1, 'students', '{{Ann}}')
            """);
        await using (var worker = database.DataSource.Cleaner())
        {
            await worker.RegisterAsync();
            await database.ExecuteAsync("delete from public.by_enum");
            await worker.DrainAsync();
        }

        await database.ExecuteAsync("alter table public.students disable trigger all; delete from public.students");
        var swept = await database.DataSource.SweepAsync();

        swept.Select(table =>
            $"{table.Table} {table.Cleared} {table.Failed} {table.Reason} {string.Join(';', table.Unkeyed)}").ShouldBe(
        [
            "platform.global_settings 0 0  ",
            "public.notes 1 0  ",
            "public.tasks 3 0  [by_domain, 1];[by_enum, 2];[by_moods, 1];[by_pair, 1];[by_range, 1];[no_key, 1]",
        ]);
        (await database.LinesAsync("select id from public.tasks where linked_id is null order by id"))
            .ShouldBe(["6", "7", "9"]);
        (await database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
        LinkFindings.Of(swept[2]).ShouldBe(
        [
            "Links of public.tasks to tables whose rows no key of the server's own types tells apart are left alone "
            + "(7). "
            + "To see which: changelog links --dry-run",
        ]);
    }

    [Fact]
    public async Task A_target_that_cannot_be_looked_up_holds_up_no_other()
    {
        await using var database = await CreateAsync("tasks=nullify");
        await database.ExecuteAsync(
            $"""
            create table public.switches (is_angry boolean);
            create function public.rage(integer) returns integer language plpgsql immutable as
            $f$ begin if exists (select from public.switches) then raise exception 'hunter2'; end if; return 1; end $f$;
            create table public.angry (id integer primary key);
            create index on public.angry ((public.rage(1)));
            insert into public.tasks values (1, 'angry', '1'), (2, 'students', gen_random_uuid()::text);
            insert into public.switches values (true)
            """);

        var swept = (await database.DataSource.SweepAsync()).Single(table => table.Table == "public.tasks");

        (swept.Cleared, swept.Failed, swept.Reason).ShouldBe(
            (1, 1, "cannot tell whether records of public.angry are gone (P0001)"));
        (await database.RowsAsync("public.tasks")).ShouldBe(["1|angry|1", "2|∅|∅"]);
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
    public async Task A_link_may_have_any_type_that_says_which_record_it_is(
        string key, string link, string id, string linked)
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
