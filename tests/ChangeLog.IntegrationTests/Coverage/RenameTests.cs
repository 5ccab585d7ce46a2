using ChangeLog.IntegrationTests.Schema;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>What names say elsewhere than in the table that is renamed: partitions, heirs, what refers to it.</summary>
public sealed class RenameTests
{
    private const string Tree =
        /* language=sql */
        """
        create schema sa; create schema other; create schema third;
        create table sa.root (id int primary key, note text) partition by range (id);
        create table other.branch partition of sa.root for values from (0) to (10) partition by range (id);
        create table third.twig partition of other.branch default;
        create table other.leaf partition of sa.root default;
        """;

    [Theory]
    [InlineData("alter schema sa rename to sb", "sb", "root")]
    [InlineData("alter table sa.root rename to trunk", "sa", "trunk")]
    [InlineData("alter table sa.root set schema third", "third", "root")]
    [InlineData("alter schema sa rename to sb; alter table sb.root rename to trunk; "
        + "alter table other.leaf set schema third; alter table other.branch rename to bough; "
        + "alter schema other rename to others", "sb", "trunk")]
    public async Task Partitions_in_other_schemas_bear_their_roots_new_name(string ddl, string schema, string name)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(Tree);
        await database.ExecuteAsync(ddl);

        var triggers = await database.TriggersAsync();
        triggers.Count(line => line.Contains("logs.capture_truncate", StringComparison.Ordinal)).ShouldBe(2);
        triggers.ShouldAllBe(line => line.Contains($"'{schema}', '{name}'"));
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        (await database.CoverageAsync()).Where(line => line.EndsWith("still", StringComparison.Ordinal)).ShouldBe(
            [$"{schema}.{name}|t|∅|still"]);
        await database.ExecuteAsync("insert into third.twig values (1); truncate third.twig");
        (await database.LinesAsync("select distinct table_schema, table_name from logs.change")).ShouldBe(
            [$"{schema}|{name}"]);
    }

    [Theory]
    [InlineData("alter schema sa rename to vault")]
    [InlineData(
        "create schema vault; alter table sa.root set schema vault; alter table sa.parent set schema vault; alter "
            + "table sa.kept set schema vault")]
    public async Task A_rule_for_a_schema_holds_for_what_comes_into_it_and_for_what_inherits_or_refers(string ddl)
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync(Installs.Defaults with
        {
            Redaction = new RedactionSettings(
            [
                new RedactionRule(
                    "ChangeLog:Redaction:Rules:0",
                    TableFilter.Parse(["vault.*"])[0],
                    new ColumnPattern("note"),
                    RedactionMethod.Mask,
                    null),
            ]),
        });
        await database.ExecuteAsync(Tree);
        await database.ExecuteAsync(
            """
            create table sa.parent (id int primary key, note text);
            create table other.heir () inherits (sa.parent);
            create table sa.kept (note text primary key);
            create table other.referring (id int primary key, c text references sa.kept);
            """);

        await database.ExecuteAsync(ddl);

        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        await database.ExecuteAsync(
            """
            insert into other.leaf values (20, 'raw');
            insert into other.heir values (1, 'raw');
            insert into vault.kept values ('raw');
            insert into other.referring values (1, 'raw');
            """);
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(4);
        (await database.LinesAsync("select c from logs.change c where c::text like '%raw%'")).ShouldBeEmpty();

        await database.ExecuteAsync(
            "alter table vault.kept set schema third; alter table vault.parent set schema third; "
            + "alter table vault.root set schema third");

        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_exclusion_of_a_schema_follows_its_name()
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync(Installs.Without("tmp.*"));
        await database.ExecuteAsync(Tree);

        await database.ExecuteAsync("alter schema sa rename to tmp");

        (await database.TriggersAsync()).ShouldBeEmpty();
        (await database.CoverageAsync()).ShouldBe(["sa.root|t|∅|over", "tmp.root|f|excluded by tmp.*|still"]);

        await database.ExecuteAsync("alter schema tmp rename to sa");

        (await database.TriggersAsync()).Count.ShouldBe(6);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }
}
