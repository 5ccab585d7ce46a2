using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What of ChangeLog somebody altered or dropped is found without running it, and made anew.</summary>
public sealed class AlteredObjectTests
{
    private const string Routines =
        """
        select p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proowner::regrole, p.proacl::text
        from pg_proc p
        where p.pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        order by 1
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(
        "drop index logs.change_details_logged_at_idx",
        "The index change_details_logged_at_idx of logs.change_details is missing.")]
    [InlineData(
        "drop trigger mark_transaction on logs.transaction",
        "The trigger mark_transaction of logs.transaction is missing.")]
    public async Task What_another_session_drops_while_it_is_compared_is_missing_and_no_failure(
        string drop, string sentence)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var comparing = await database.OpenConnectionAsync();
        // the rows of the catalog are still seen, and what they describe is gone
        await comparing.ExecuteAsync("begin isolation level repeatable read; select from pg_class limit 1");
        await database.ExecuteAsync(drop);

        (await SchemaInstaller.DifferencesAsync(comparing, TestContext.Current.CancellationToken))
            .Select(difference => difference.Sentence).ShouldBe([sentence]);
    }

    [Fact]
    public async Task Nothing_is_found_in_an_installation_that_nobody_touched()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.DataSource.InstallAsync();

        (await FindAsync(database)).ShouldBeEmpty();
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
        await database.DataSource.UninstallAsync();
        (await FindAsync(database)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "alter function changelog.is_own(name, name) volatile",
        "function changelog.is_own(schema name, name name) lacks immutable, has volatile")]
    [InlineData(
        "alter function changelog.look security definer",
        "function changelog.look(handlers text[], with_announcements boolean, OUT behind text[], "
            + "OUT unannounced boolean, OUT mode text, OUT awake_for bigint, OUT oldest_running xid8, "
            + "OUT runtime_settings text) lacks security invoker, has security definer")]
    [InlineData(
        "alter function changelog.is_trusted(oid) set search_path = evil, pg_catalog",
        "function changelog.is_trusted(target oid) lacks set search_path = pg_catalog, pg_temp, "
            + "has set search_path = evil, pg_catalog")]
    [InlineData(
        "alter function changelog.is_trusted(oid) reset all",
        "function changelog.is_trusted(target oid) lacks set search_path = pg_catalog, pg_temp")]
    [InlineData(
        "alter function changelog.is_trusted(oid) owner to pg_monitor",
        "function changelog.is_trusted(target oid) belongs to pg_monitor instead of *")]
    [InlineData(
        "alter function logs.capture_row_change() owner to pg_monitor",
        "function logs.capture_row_change() belongs to pg_monitor instead of changelog_capture")]
    [InlineData(
        "create or replace function changelog.is_trusted(target oid) returns boolean language sql stable set "
            + "search_path = pg_catalog, pg_temp as 'select true'",
        "function changelog.is_trusted(target oid) has a different text")]
    [InlineData(
        "drop function changelog.is_trusted(oid); create function changelog.is_trusted(target oid) returns integer "
            + "language sql stable set search_path = pg_catalog, pg_temp as 'select 1'",
        "function changelog.is_trusted(target oid) has a different text")]
    [InlineData(
        "create or replace function logs.parse_uuid(value text) returns uuid language sql immutable as 'select "
            + "null::uuid'", "function logs.parse_uuid(value text) has a different text, *")]
    [InlineData("drop function changelog.is_trusted(oid)", "function changelog.is_trusted is missing")]
    [InlineData("drop view platform.settings", "view platform.settings is missing")]
    [InlineData(
        "alter view platform.settings owner to pg_monitor",
        "view platform.settings belongs to pg_monitor instead of *")]
    [InlineData(
        "create or replace view changelog.running_worker as select * from changelog.worker",
        "view changelog.running_worker has another query")]
    [InlineData(
        "drop view platform.settings; create view platform.settings as select 1 as one",
        "view platform.settings has another query")]
    [InlineData("alter view platform.settings reset (security_barrier)", "view platform.settings has another query")]
    [InlineData(
        "alter table changelog.link_policy owner to pg_monitor",
        "table changelog.link_policy belongs to pg_monitor instead of *")]
    [InlineData("alter table logs.change enable row level security", "table logs.change has row level security")]
    [InlineData(
        "alter sequence lib_event.position increment 2 cache 10",
        "sequence lib_event.position lacks cache 1, lacks increment 1, has cache 10, has increment 2")]
    [InlineData("drop sequence changelog.marked", "sequence changelog.marked is missing")]
    [InlineData(
        "drop trigger mark_transaction on logs.transaction", "trigger mark_transaction of logs.transaction is missing")]
    [InlineData(
        "alter table logs.transaction disable trigger mark_transaction",
        "trigger mark_transaction of logs.transaction is disabled")]
    [InlineData(
        "alter table logs.transaction_default disable trigger mark_transaction",
        "trigger mark_transaction of logs.transaction is disabled on a partition")]
    [InlineData(
        "drop trigger record_audit_entry on platform.audit_logs",
        "trigger record_audit_entry of platform.audit_logs is missing")]
    [InlineData(
        "drop trigger require_gone_user on platform.activity_logs; create trigger require_gone_user after insert on "
            + "platform.activity_logs execute function logs.require_gone_user()",
        "trigger require_gone_user of platform.activity_logs is CREATE TRIGGER *")]
    [InlineData(
        "drop index logs.change_details_logged_at_idx",
        "index change_details_logged_at_idx of logs.change_details is missing")]
    [InlineData(
        "drop index changelog.coverage_table_oid_idx; create index coverage_table_oid_idx on changelog.coverage "
            + "(table_oid)",
        "index coverage_table_oid_idx of changelog.coverage is btree (table_oid) instead of unique *")]
    [InlineData(
        "alter table changelog.link_policy drop constraint \"a policy is nullify, delete or keep\"",
        "constraint \"a policy is nullify, delete or keep\" of changelog.link_policy is missing")]
    [InlineData(
        "alter table changelog.worker drop constraint worker_pkey",
        "constraint \"worker_pkey\" of changelog.worker is missing")]
    [InlineData(
        "alter table changelog.timeline_edge drop constraint timeline_edge_child_fkey",
        "constraint \"timeline_edge_child_fkey\" of changelog.timeline_edge is missing")]
    [InlineData(
        "alter table changelog.default_exclusion alter column tool type varchar(50)",
        "column changelog.default_exclusion.tool is character varying(50) instead of text")]
    [InlineData(
        "alter table changelog.suspension drop column db_user", "column changelog.suspension.db_user is missing")]
    [InlineData(
        "alter table changelog.worker alter column started_at set default now()",
        "default of changelog.worker.started_at is now() instead of clock_timestamp()")]
    [InlineData(
        "alter table changelog.worker alter column started_at drop default",
        "default of changelog.worker.started_at is missing")]
    [InlineData(
        "alter table changelog.worker alter column host set default 'x'",
        "default of changelog.worker.host is not ChangeLog's")]
    [InlineData(
        "alter table changelog.worker alter column started_at drop not null",
        "constraint not null of changelog.worker.started_at is missing")]
    [InlineData(
        "alter table changelog.suspension alter column db_user set not null",
        "constraint not null of changelog.suspension.db_user is not ChangeLog's")]
    [InlineData(
        "alter table changelog.coverage alter column id drop identity", "identity of changelog.coverage.id is missing")]
    [InlineData(
        "alter table changelog.coverage alter column id set increment 5",
        "identity of changelog.coverage.id lacks increment 1, has increment 5")]
    [InlineData("alter table changelog.worker set unlogged", "table changelog.worker is unlogged instead of ordinary")]
    public async Task What_was_altered_is_found_and_made_anew_with_an_event(string attack, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        var routines = await database.LinesAsync(Routines);
        await database.ExecuteAsync(attack);

        var found = await FindAsync(database);
        // a function that was made another time is open to PUBLIC
        found.Count(one => one.StartsWith("The ", StringComparison.Ordinal)).ShouldBe(1, string.Join('\n', found));
        Matches(found[0], $"The {expected}").ShouldBeTrue(found[0]);

        var warnings = (await database.DataSource.InstallAsync()).Warnings;
        warnings.ShouldContain($"{found[0]} It was restored.");
        (await FindAsync(database)).ShouldBeEmpty();
        (await database.LinesAsync(Routines)).ShouldBe(routines);
        (await database.LinesAsync(
            "select payload -> 'different' ->> 0 from lib_event.event where event_type = 'changelog.schema.restored'"))
            .ShouldBe([found[0]]);
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("grant execute on function changelog.suspend to public", "PUBLIC has EXECUTE on changelog.suspend(")]
    [InlineData(
        "revoke execute on function changelog.set_context from public",
        "PUBLIC lacks EXECUTE on changelog.set_context(")]
    [InlineData(
        "revoke insert on logs.change from changelog_capture", "changelog_capture lacks INSERT on logs.change.")]
    [InlineData(
        "grant insert on changelog.exclusion to changelog_capture",
        "changelog_capture has INSERT on changelog.exclusion.")]
    [InlineData(
        "grant select on logs.change to changelog_links with grant option",
        "changelog_links has SELECT with grant option on logs.change.")]
    [InlineData(
        "grant update (payload) on lib_event.event to changelog_capture",
        "changelog_capture has UPDATE (payload) on lib_event.event.")]
    [InlineData(
        "grant insert on logs.change_default to changelog_links", "changelog_links has INSERT on logs.change_default.")]
    [InlineData("grant usage on sequence lib_event.position to public", "PUBLIC has USAGE on lib_event.position.")]
    [InlineData("grant create on schema changelog to public", "PUBLIC has CREATE on schema changelog.")]
    [InlineData("revoke truncate on changelog.cursor from current_user", " lacks TRUNCATE on changelog.cursor.")]
    public async Task Rights_that_were_altered_are_found_and_are_as_they_were_after_an_install(
        string attack, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        var routines = await database.LinesAsync(Routines);
        await database.ExecuteAsync(attack);

        var found = await FindAsync(database);
        found.Count.ShouldBe(1, string.Join('\n', found));
        found[0].ShouldContain(expected);

        (await database.DataSource.InstallAsync()).Warnings.ShouldBe([$"{found[0]} It was restored."]);
        (await FindAsync(database)).ShouldBeEmpty();
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
        Sorted(await database.LinesAsync(Routines)).ShouldBe(Sorted(routines));
    }

    [Theory]
    [InlineData(
        "create trigger spy before insert on changelog.worker execute function logs.mark_transaction()",
        "trigger spy of changelog.worker")]
    [InlineData("create rule spy as on insert to changelog.worker do also notify spy", "rule spy of changelog.worker")]
    [InlineData("alter table changelog.worker add column spy text", "column changelog.worker.spy")]
    [InlineData(
        "alter table changelog.worker add constraint spy check (host <> 'x')",
        "constraint \"spy\" of changelog.worker")]
    [InlineData("create unique index spy on changelog.worker (host)", "index spy of changelog.worker")]
    [InlineData("create index spy on changelog.worker (lower(host))", "index spy of changelog.worker")]
    [InlineData("create table spy () inherits (changelog.worker)", "table public.spy below changelog.worker")]
    public async Task What_somebody_added_to_a_table_of_ours_is_told_and_left_to_a_person(
        string addition, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(addition);

        (await FindAsync(database)).ShouldBe([$"The {expected} is not ChangeLog's."]);
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_administrator_may_add_is_not_told()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            create index on logs.change_details (action);
            alter table changelog.worker set (autovacuum_vacuum_scale_factor = 0.01);
            alter table lib_event.event replica identity full;
            alter table platform.feature_flags add column note text;
            create trigger noted before update on platform.feature_flags
                for each row execute function suppress_redundant_updates_trigger();
            alter index changelog.coverage_table_oid_idx rename to other;
            """);

        (await FindAsync(database)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("drop table changelog.suspension", "table changelog.suspension")]
    [InlineData("alter table changelog.default_exclusion drop column tool", "column changelog.default_exclusion.tool")]
    public async Task What_is_gone_and_held_data_is_told_and_not_invented(string attack, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(attack);

        (await FindAsync(database)).ShouldBe([$"The {expected} is missing."]);
        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 1)).Message.ShouldBe(
            $"The {expected} is missing. Its data cannot be recreated, and nothing was changed. "
            + "Restore it from a backup, with its data: docs/operations.md says how.");
    }

    [Fact]
    public async Task A_schema_that_was_given_to_an_ordinary_role_is_told_and_no_install_trusts_what_is_in_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var mallory = await database.CreateRoleAsync();
        var owner = await database.ScalarAsync<string>("select current_user::text");
        await database.ExecuteAsync($"alter schema logs owner to {mallory.Name}");

        (await FindAsync(database)).ShouldContain(
            $"The schema logs belongs to {mallory.Name} instead of {owner}.");
        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2)).Message.ShouldStartWith(
            $"The schema logs says that it is ChangeLog's, but belongs to {mallory.Name}");

        await database.ExecuteAsync($"alter schema logs owner to {owner}");
        (await FindAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_derived_comes_back_with_what_needs_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table item (id uuid primary key)");
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            """
            insert into item values ('11111111-1111-4111-8111-111111111111');
            insert into logs.change_details (position, logged_at, table_oid, record_id, action, installation)
            select c.position, c.logged_at, c.table_oid, c.record_id, 'create', 1 from logs.change c
                where c.table_name = 'item';
            alter table logs.change_details drop column record_uuid cascade
            """);
        (await FindAsync(database)).ShouldContain("The column logs.change_details.record_uuid is missing.");

        await database.DataSource.InstallAsync();

        (await FindAsync(database)).ShouldBeEmpty();
        (await database.LinesAsync("select record_uuid from logs.change_details where record_id is not null"))
            .ShouldBe(["11111111-1111-4111-8111-111111111111"]);
    }

    [Fact]
    public async Task What_the_rows_do_not_allow_is_refused_with_the_statement()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            alter table changelog.link_policy drop constraint "a policy is nullify, delete or keep";
            update changelog.link_policy set policy = 'other'
            """);

        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 1)).Message.ShouldBe(
            "The constraint \"a policy is nullify, delete or keep\" of changelog.link_policy is missing. "
            + "It cannot be restored: "
            + "check constraint \"a policy is nullify, delete or keep\" of relation \"link_policy\" is violated by "
            + "some row. "
            + "Nothing was changed. Fix that, then run this, and: changelog install\n"
            + "alter table changelog.link_policy add constraint \"a policy is nullify, delete or keep\" "
            + "CHECK ((policy = ANY (ARRAY['nullify'::text, 'delete'::text, 'keep'::text])))");
    }

    [Fact]
    public async Task The_index_of_a_table_beyond_256_MB_is_told_and_left_to_a_quiet_hour()
    {
        await using var database = await TestDatabase.CreateAsync();
        // out of line and not compressed: three rows of 90 MB
        await database.ExecuteAsync(
            """
            alter table logs.change_details_default alter column action set storage external;
            insert into logs.change_details (position, logged_at, table_oid, action, installation)
            select g, 'epoch', 0, repeat('x', 90000000), 1 from generate_series(1, 3) g;
            drop index logs.change_details_logged_at_idx
            """);
        const string Sentence = "The index change_details_logged_at_idx of logs.change_details is missing.";

        var report = await database.DataSource.InstallAsync();

        report.Warnings.ShouldBe(
        [
            $"{Sentence} It was not restored, since that would block writers for as long as it takes. "
            + "In a quiet hour run: "
            + "create index \"change_details_logged_at_idx\" on logs.change_details using btree (logged_at)",
        ]);
        (await FindAsync(database)).ShouldBe([Sentence]);

        await database.ExecuteAsync("truncate logs.change_details");
        await database.DataSource.InstallAsync();

        (await FindAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_administrator_granted_stays()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("grant select on logs.changes to pg_monitor");

        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();

        (await database.ScalarAsync<bool>("select has_table_privilege('pg_monitor', 'logs.changes', 'select')"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_dropped_sequence_draws_no_position_a_second_time()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table item (id integer primary key)");
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync("insert into item select generate_series(1, 3)");
        await database.ExecuteAsync("drop sequence lib_event.position");

        (await database.DataSource.InstallAsync()).Warnings.ShouldBe(
            ["The sequence lib_event.position is missing. It was restored."]);
        await database.ExecuteAsync("insert into item select generate_series(4, 6)");

        (await database.LinesAsync(
            "select string_agg(record_id, ' ' order by position) from logs.change where table_name = 'item'"))
            .ShouldBe(["1 2 3 4 5 6"]);
    }

    [Fact]
    public async Task A_dump_of_the_schema_alone_is_told_from_an_installation()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("delete from changelog.script");

        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 2)).Message.ShouldBe(
            "ChangeLog's schemas are here without their data, as after a schema-only dump. "
            + "Restore their data too "
            + "(pg_dump --data-only), or drop them and install again: "
            + "drop schema logs, lib_event, lib_events, changelog, platform cascade");
    }

    [Fact]
    public async Task An_overload_of_a_function_of_ours_is_told_and_left_to_a_person()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "create function changelog.clear_links(text) returns int language sql as 'select 1'");

        (await FindAsync(database)).ShouldBe(
            [
                "The function changelog.clear_links(text) is not ChangeLog's, and may be called instead of one that "
                    + "is."]);
        (await Installs.RefusalAsync(() => database.DataSource.InstallAsync(), 1)).Message.ShouldStartWith(
            "Somebody put a function of the same name beside one of ChangeLog's, nothing was changed: ");
        await database.ExecuteAsync("drop function changelog.clear_links(text)");
        (await database.DataSource.InstallAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_given_to_another_role_at_once_is_no_difference_but_what_captures()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            do $$
            declare
                statement text;
            begin
                for statement in
                    select format('alter table %s owner to pg_monitor', c.oid::regclass)
                    from pg_class c
                    where c.relnamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog',
                        'platform')
                    and c.relkind in ('r', 'p', 'v', 'S')
                    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i')
                        and c.relkind = 'S')
                    union all
                    select format('alter function %s owner to pg_monitor', p.oid::regprocedure)
                    from pg_proc p
                    where p.pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog',
                        'platform')
                    and p.proowner <> 'changelog_capture'::regrole
                loop
                    execute statement;
                end loop;
            end
            $$
            """);

        (await FindAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_function_that_is_altered_is_found_and_all_are_made_anew()
    {
        await using var database = await TestDatabase.CreateAsync();
        var routines = await database.LinesAsync(Routines);
        const string all =
            """
            do $$
            declare
                routine regprocedure;
            begin
                for routine in
                    select p.oid
                    from pg_proc p
                    where p.pronamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog',
                        'platform')
                    and p.prorettype <> 'event_trigger'::regtype
                loop
                    execute format('alter function %s set work_mem = ''1GB''', routine);
                    execute format('alter function %s owner to pg_monitor', routine);
                end loop;
            end
            $$
            """;
        await database.ExecuteAsync(all);
        // a table's own is not compared with the program, but with what the reconcile would make
        var own = await database.ScalarAsync<int>(
            "select count(*)::int from pg_proc where proname ~ '^capture_[0-9]+$'");
        own.ShouldBeGreaterThan(0);
        (await FindAsync(database)).Count.ShouldBe(routines.Count - 4 - own);

        await database.DataSource.InstallAsync();

        (await FindAsync(database)).ShouldBeEmpty();
        (await database.LinesAsync(Routines)).ShouldBe(routines);
    }

    [Fact]
    public async Task Functions_that_are_all_gone_are_made_anew_with_the_views_that_called_them()
    {
        await using var database = await TestDatabase.CreateAsync();
        var routines = await database.LinesAsync(Routines);
        await database.ExecuteAsync(
            """
            drop event trigger changelog_ddl;
            drop event trigger changelog_drop;
            drop event trigger changelog_rewrite;
            do $$
            declare
                routine record;
            begin
                for routine in
                    select p.oid::regprocedure as name
                    from pg_proc p
                    where p.pronamespace = 'changelog'::regnamespace
                loop
                    if to_regprocedure(routine.name::text) is not null then
                        execute format('drop function %s cascade', routine.name);
                    end if;
                end loop;
            end
            $$
            """);
        (await FindAsync(database)).ShouldContain("The function changelog.scan_links is missing.");

        await database.DataSource.InstallAsync();

        (await FindAsync(database)).ShouldBeEmpty();
        (await database.LinesAsync(Routines)).ShouldBe(routines);
    }

    [Fact]
    public async Task What_was_altered_is_not_run_by_whoever_may_not_restore_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("alter function changelog.is_trusted(oid) security definer");
        var installer = new SchemaInstaller(database.DataSource, TimeProvider.System);

        (await Installs.RefusalAsync(() => installer.RequireUnalteredAsync(Token), 1)).Message.ShouldBe(
            "The function changelog.is_trusted(target oid) lacks security invoker, has security definer. "
            + "Run, as whoever installed it: changelog install");
    }

    private static async Task<List<string>> FindAsync(TestDatabase database) =>
    [
        .. (await new SchemaInstaller(database.DataSource, TimeProvider.System).DifferencesAsync(Token))
            .Select(difference => difference.Sentence),
    ];

    private static bool Matches(string sentence, string pattern) =>
        pattern.Split('*') is [var start, _]
            ? sentence.StartsWith(start, StringComparison.Ordinal)
            : sentence == $"{pattern}.";

    // rights that were granted again stand in another order
    private static IEnumerable<string> Sorted(IEnumerable<string> lines) =>
        lines.Select(line => string.Concat(line.Order()));
}
