using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;
using static ChangeLog.IntegrationTests.Handlers.LinkCleanup.Links;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>Links cleared by a worker that owns nothing: it names the missing rights, and those are enough.</summary>
public sealed class LinkRightsTests(RolesServer server) : IClassFixture<RolesServer>
{
    private const string Grant =
        "grant usage on schema shop to changelog_links; "
        + "grant select (ctid, linked_table, linked_id), update (linked_table, linked_id) on shop.note to "
        + "changelog_links";

    [Fact]
    public async Task What_is_missing_is_said_and_what_is_said_is_enough()
    {
        await using var shop = server.As("shop");
        await using var daemon = server.As("daemon");
        await shop.ExecuteAsync(
            """
            revoke usage on schema shop from changelog_links;
            create table shop.note (id integer primary key, linked_table text, linked_id integer);
            insert into shop.item values (1), (2), (3);
            insert into shop.note values (1, 'shop.item', 1), (2, 'item', 2)
            """);

        // neither the installer nor the worker may grant it
        var warned = $"Links of shop.note cannot be cleared. Let its owner, or a DBA, run: {Grant}";
        (await server.As("deployer").InstallAsync(
            Links.Settings("shop.note=nullify"))).Reconcile.Warnings.ShouldContain(warned);
        (await daemon.ReconcileAsync(Links.Settings("shop.note=nullify"))).Warnings.ShouldContain(warned);
        await using var worker = daemon.Cleaner();
        await worker.RegisterAsync();
        await worker.DrainAsync();
        await shop.ExecuteAsync("delete from shop.item where id in (1, 2)");

        (await NextFailureAsync(worker)).ShouldBe(
            $"the links that shop.note holds could not be cleared (42501). Let its owner, or a DBA, run: {Grant}");
        (await daemon.SweepAsync()).Single(table => table.Table == "shop.note").Reason
            .ShouldBe(
                $"the links that shop.note holds could not be cleared (42501). Let its owner, or a DBA, run: {Grant}");

        // of the targets the keys have to be seen, with the rights of a role that can do nothing with them
        await shop.ExecuteAsync(Grant);
        const string unseen = "cannot tell whether records of shop.item are gone; let its owner run: "
            + "grant usage on schema shop to changelog_capture; grant select (id) on shop.item to changelog_capture";
        (await NextFailureAsync(worker)).ShouldContain(unseen);
        (await daemon.SweepAsync()).Single(table => table.Table == "shop.note").Reason.ShouldBe(unseen);
        await shop.ExecuteAsync(
            "grant usage on schema shop to changelog_capture; grant select (id) on shop.item to changelog_capture");

        await using (var fresh = daemon.Cleaner())
        {
            await fresh.DrainAsync();
        }

        (await server.Admin.LinesAsync("select * from shop.note order by id")).ShouldBe(["1|∅|∅", "2|∅|∅"]);
        (await server.Admin.LinesAsync(
            """
            select distinct t.actor_id, t.db_user
            from logs.change c
            join logs.transaction t using (xid, logged_at)
            where c.table_name = 'note' and c.op = 'U'
            """)).ShouldBe([$"changelog|{CleanerLogin.Name}"]);
        (await daemon.ReconcileAsync(Links.Settings("shop.note=nullify"))).Warnings.ShouldNotContain(warned);
    }

    [Fact]
    public async Task Rows_that_a_policy_hides_are_not_taken_for_gone()
    {
        await using var shop = server.As("shop");
        await using var daemon = server.As("daemon");
        await shop.ExecuteAsync(
            $"""
            create table shop.hidden (id integer primary key);
            insert into shop.hidden values (1);
            alter table shop.hidden enable row level security;
            create table shop.memo (id integer primary key, linked_table text, linked_id integer);
            insert into shop.memo values (1, 'hidden', 1);
            grant usage on schema shop to changelog_links;
            grant select (ctid, linked_table, linked_id),
                update (linked_table, linked_id) on shop.memo to changelog_links;
            grant usage on schema shop to changelog_capture;
            grant select (id) on shop.hidden to changelog_capture
            """);
        await daemon.ReconcileAsync(Links.Settings("shop.memo=nullify"));

        (await daemon.SweepAsync()).Single(table => table.Table == "shop.memo").Reason!
            .ShouldBe("cannot tell whether records of shop.hidden are gone (42501)");
        (await server.Admin.LinesAsync("select * from shop.memo")).ShouldBe(["1|hidden|1"]);
    }

    [Theory]
    [InlineData("select changelog.clear_links('shop.item'::regclass, '{}', true)")]
    [InlineData("select changelog.find_links('shop.item'::regclass, '{x}', null, 1)")]
    [InlineData("select changelog.clean_table_links('shop.item'::regclass, '[]')")]
    [InlineData("select changelog.clean_own_links('[]')")]
    [InlineData("select logs.capture_lookup('select null', '{}')")]
    [InlineData("select changelog.absent_targets('shop.item'::regclass, '{1}')")]
    [InlineData("select platform.link_gone('item', null)")]
    [InlineData("select changelog.gone_users('{}')")]
    [InlineData("select changelog.clear_logged_users('platform.activity_logs'::regclass, '{}', 1, false)")]
    [InlineData("select changelog.clear_named_users('platform.feature_flags'::regclass, '{}', 1, false)")]
    [InlineData("select changelog.sweep_users('platform.activity_logs'::regclass, 'user_id', null, false)")]
    [InlineData("update platform.activity_logs set user_id = null")]
    [InlineData("update changelog.link_policy set policy = 'delete'")]
    [InlineData("set role changelog_links")]
    public async Task The_application_may_clear_nothing_in_its_name(string sql)
    {
        await using var shop = server.As("shop");
        (await Should.ThrowAsync<PostgresException>(() => shop.ExecuteAsync(sql))).SqlState.ShouldBe(
            PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_reader_may_ask_which_links_are_gone_and_clear_none()
    {
        await using var auditor = server.As("auditor");

        (await auditor.LinesAsync(
            $"select platform.link_gone('auth.users', '{Ann}'), platform.link_gone('auth.users', '{Bo}')"))
            .ShouldBe(["f|t"]);
        (await Should.ThrowAsync<PostgresException>(
            () => auditor.ExecuteAsync("select changelog.clear_links(1, '{}', true)")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task The_role_that_clears_links_may_do_nothing_else() =>
        (await server.Admin.LinesAsync(
            """
            select c.oid::regclass || ': ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type)
            from pg_class c
            cross join aclexplode(c.relacl) a
            where a.grantee = 'changelog_links'::regrole
            and c.relnamespace <> 'shop'::regnamespace
            group by c.oid
            union all
            select attrelid::regclass || '.' || attname || ': ' || split_part(split_part(attacl::text, '=', 2), '/', 1)
            from pg_attribute
            where attacl::text like '%changelog_links%'
            and attrelid::regclass::text not like 'shop.%'
            union all
            select d.classid::regclass || ' ' || d.objid || ': its own'
            from pg_shdepend d
            where d.refobjid = 'changelog_links'::regrole
            and d.deptype = 'o'
            order by 1
            """)).ShouldBe(
        [
            "changelog.link_policy: select",
        ]);

    // what is wrong shows once the handler has tried
    private static async Task<string> NextFailureAsync(Worker worker)
    {
        for (var i = 0; i < 10; i++)
        {
            await worker.TryPageAsync();
            if (worker.Failure is { } failure)
            {
                return failure.Text;
            }
        }

        return "none";
    }
}
