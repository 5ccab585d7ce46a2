using ChangeLog.IntegrationTests.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Redaction;

/// <summary>Without event triggers a new secret column is logged raw until the next reconcile, which says so.</summary>
public sealed class NewlyRedactedTests
{
    [Fact]
    public async Task A_reconcile_that_begins_to_redact_a_captured_table_says_how_to_redact_what_is_logged()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table orders (id int primary key, password text, is_ext boolean, note text);
            create table "Odd Names" (id int primary key);
            create table fresh (id int primary key, token text);
            create table root (id int, token text) partition by range (id);
            create table leaf partition of root default;
            drop table fresh;
            """);
        (await database.DataSource.ReconcileAsync()).Warnings.ShouldBeEmpty();
        await database.ExecuteAsync(
            """
            alter table orders add pin_password text;
            alter table orders rename note to "my token";
            alter table "Odd Names" add secret text;
            alter table root add secret text;
            create table fresh (id int primary key, token text);
            insert into orders values (1, 'raw', false, 'raw', 'raw');
            """);
        string[] said =
        [
            Sentence("public.Odd Names.secret", "'public.\"Odd Names\"' secret"),
            Sentence("public.orders.my token", "public.orders 'my token'"),
            Sentence("public.orders.pin_password", "public.orders pin_password"),
            Sentence("public.root.secret", "public.root secret"),
        ];

        var plan = await database.DataSource.PlanReconcileAsync();
        var done = await database.DataSource.ReconcileAsync();

        plan.Warnings.ShouldBe(said, ignoreOrder: true);
        done.Warnings.ShouldBe(said, ignoreOrder: true);
        (await database.DataSource.ReconcileAsync()).Warnings.ShouldBeEmpty();
    }

    private static string Sentence(string column, string command) =>
        $"{column} is redacted from now on; what is logged of it already may be raw. To take that out: "
            + $"changelog redact {command}";
}
