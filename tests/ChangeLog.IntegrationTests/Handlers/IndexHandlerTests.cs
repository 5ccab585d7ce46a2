using ChangeLog.Handlers.Indexing;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>logs.change_links: one row for each record that a change points to, before and after it.</summary>
public sealed class IndexHandlerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_foreign_key_links_to_the_record_before_and_the_record_after()
    {
        await _database.ExecuteAsync(
            """
            create table public.customer (id integer primary key);
            create table public."Order" (
                id integer primary key,
                "customer ID" integer constraint of_customer references public.customer,
                note text);
            insert into public.customer values (1), (2);
            insert into public."Order" values (7, 1);
            update public."Order" set note = 'x';
            update public."Order" set "customer ID" = 2;
            update public."Order" set "customer ID" = null;
            delete from public."Order"
            """);

        (await LinksAsync("Order")).ShouldBe(
            [
                "I public.customer 1 of_customer",
                "U public.customer 1 of_customer",
                "U public.customer 1 of_customer",
                "U public.customer 2 of_customer",
                "U public.customer 2 of_customer",
            ]);
    }

    [Fact]
    public async Task A_composite_key_links_in_the_order_of_the_identity_it_refers_to()
    {
        await _database.ExecuteAsync(
            """
            create table public.line (order_id integer, nr text, primary key (order_id, nr));
            create table public.shipment (
                id integer primary key, nr text, order_id integer,
                constraint of_line foreign key (nr, order_id) references public.line (nr, order_id));
            insert into public.line values (7, 'a"'), (8, 'a"');
            insert into public.shipment values (1, 'a"', 7), (2, null, 7);
            update public.shipment set order_id = 8 where id = 1
            """);

        (await LinksAsync("shipment")).ShouldBe(
            [
                """I public.line [7, "a\""] of_line""",
                """U public.line [7, "a\""] of_line""",
                """U public.line [8, "a\""] of_line""",
            ]);
        (await _database.ScalarAsync<long>(
            "select count(*) from logs.change c join logs.change_links l on l.linked_id = c.record_id "
                + "where c.table_name = 'line'"))
            .ShouldBe(3);
    }

    [Fact]
    public async Task Columns_linked_table_and_linked_id_link_as_they_stand()
    {
        await _database.ExecuteAsync(
            """
            create table public.note (id integer primary key, linked_table text, linked_id integer);
            insert into public.note values (1, 'students', 5), (2, null, 5), (3, 'students', null);
            update public.note set linked_table = 'payments' where id = 1
            """);

        (await LinksAsync("note")).ShouldBe(
            ["I students 5 linked_id", "U payments 5 linked_id", "U students 5 linked_id"]);
    }

    [Fact]
    public async Task A_link_that_a_change_makes_twice_is_there_once()
    {
        await _database.ExecuteAsync(
            """
            create table public.student (id integer primary key);
            create table public.note (
                id integer primary key,
                linked_table text,
                linked_id integer constraint linked_id references public.student);
            create table public.loose (id integer primary key, linked_table text, linked_id jsonb);
            insert into public.student values (5);
            insert into public.note values (1, 'public.student', 5);
            insert into public.loose values (1, 'students', '"5"');
            update public.loose set linked_id = '5';
            """);

        (await LinksAsync("note")).ShouldBe(["I public.student 5 linked_id"]);
        (await LinksAsync("loose")).ShouldBe(["I students 5 linked_id", "U students 5 linked_id"]);
    }

    [Fact]
    public async Task A_table_that_refers_to_itself_and_a_partitioned_one_have_their_links_too()
    {
        await _database.ExecuteAsync(
            """
            create table public.node (id integer primary key,
                parent integer constraint of_parent references public.node);
            create table public.reading (id integer, node integer constraint of_node references public.node)
                partition by range (id);
            create table public.reading_1 partition of public.reading for values from (0) to (100);
            insert into public.node values (1, 1);
            insert into public.reading values (3, 1)
            """);

        (await LinksAsync("node")).ShouldBe(["I public.node 1 of_parent"]);
        (await LinksAsync("reading")).ShouldBe(["I public.node 1 of_node"]);
    }

    [Fact]
    public async Task A_key_that_holds_a_period_is_no_link()
    {
        Assert.SkipUnless(
            await _database.ServerVersionAsync() >= 18, "Foreign keys with PERIOD came with PostgreSQL 18.");
        await _database.ExecuteAsync(
            """
            create table public.teacher (id int4range, at daterange, primary key (id, at without overlaps));
            create table public.lesson (
                id integer primary key, teacher int4range, at daterange,
                constraint of_teacher foreign key (teacher, period at) references public.teacher (id, period at));
            insert into public.teacher values ('[1,2)', '[2026-01-01,2026-02-01)'),
                ('[1,2)', '[2026-02-01,2026-03-01)');
            insert into public.lesson values (1, '[1,2)', '[2026-01-20,2026-02-10)')
            """);

        (await LinksAsync("lesson")).ShouldBeEmpty();
        (await _database.LinesAsync("select record_id from logs.change where table_name = 'teacher' order by position"))
            .ShouldBe(
            [
                """["[1,2)", "[2026-01-01,2026-02-01)"]""",
                """["[1,2)", "[2026-02-01,2026-03-01)"]""",
            ]);
    }

    [Fact]
    public async Task Of_many_foreign_keys_only_those_of_the_page_are_looked_at()
    {
        await _database.ExecuteAsync(
            """
            do $$
            begin
                create table public.parent (id integer primary key);
                for i in 1 .. 200 loop
                    execute format('create table public.child_%s (parent integer references public.parent)', i);
                end loop;
            end
            $$
            """);
        await _database.ExecuteAsync("analyze pg_constraint");

        var plan = await _database.LinesAsync(
            """
            explain (analyze, timing off, summary off, costs off)
            select *
            from logs.foreign_key k
            where k.table_oid = any (array['public.child_7'::regclass::oid])
            """);

        plan.ShouldContain(line => line.Contains("Index Cond: (conrelid = ", StringComparison.Ordinal));
        plan.ShouldAllBe(line => !line.Contains("rows=200", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> LinksAsync(string table)
    {
        await using var worker = new Worker(_database.DataSource, 1000, 10_000, new IndexHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
        return await _database.LinesAsync(
            """
            select format('%s %s %s %s', c.op, l.linked_table, l.linked_id, l.via)
            from logs.change_links l
            join logs.change c using (position, logged_at)
            where c.table_name = $1
            order by l.position, l.linked_table, l.linked_id
            """,
            table);
    }
}
