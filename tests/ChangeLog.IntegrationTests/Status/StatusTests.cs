using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Status;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Status;

/// <summary>What status says of who is behind changes, and of the table of users.</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_share_of_changes_with_a_known_actor_is_told_by_application_and_database_user()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await using var shop = _database.DataSourceFor(builder => builder.ApplicationName = "shop");
        await shop.ExecuteAsync(
            """begin; select changelog.set_context('{"actor_id": "ann"}'); insert into item """
                + """select generate_series(1, 3); commit""");
        await shop.ExecuteAsync("insert into item values (4)");
        await _database.ExecuteAsync("insert into item values (5)");

        var status = await ReadAsync();

        var user = await _database.ScalarAsync<string>("select session_user::text");
        status.Actors.ShouldBe([new KnownActors("shop", user, 4, 3), new KnownActors("tests", user, 1, 0)]);
        status.Actors[0].Share.ShouldBe(0.75);
    }

    [Fact]
    public async Task Gaps_in_the_coverage_are_told_with_from_and_until_and_why()
    {
        await _database.ExecuteAsync(
            "create table public.item (id integer primary key); create table public.other (id integer primary key)");
        (await ReadAsync()).Gaps.ShouldBeEmpty();

        await _database.ExecuteAsync(
            "alter table public.item disable trigger all; alter table public.item enable trigger all");
        await _database.DataSource.ReconcileAsync(Installs.Without("public.other"));
        await _database.DataSource.ReconcileAsync(Installs.Without());
        await _database.ExecuteAsync("alter table public.item alter column id type bigint using id + 1");

        var status = await ReadAsync();
        status.Gaps.Select(gap => $"{gap.Table}|{gap.From < gap.Until}|{gap.Reason}").ShouldBe(
        [
            "public.item|False|rewritten by ALTER TABLE: the changes to its rows were not captured",
            "public.other|True|excluded by public.other",
            "public.item|True|all triggers of public.item are disabled, as a restore does",
        ]);
        (await _database.LinesAsync(
            "select 1 from changelog.coverage where not captured and valid_until is not null")).Count
            .ShouldBe(3);
        status.Tables.Where(
            table => table.Table is "public.item" or "public.other").ShouldAllBe(table => table.Covered);
    }

    [Fact]
    public async Task Actors_are_counted_in_the_latest_ten_thousand_positions_only()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await _database.ExecuteAsync("insert into item values (1)");
        await _database.ExecuteAsync(
            "select setval('lib_event.position', (select max(position) + 9999 from logs.change))");
        (await ReadAsync()).Actors.ShouldHaveSingleItem().Changes.ShouldBe(1);

        await _database.ExecuteAsync("select nextval('lib_event.position')");

        (await ReadAsync()).Actors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_excluded_before_it_was_ever_captured_is_no_gap()
    {
        await _database.DataSource.ReconcileAsync(Installs.Without("public.item"));
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
        await _database.DataSource.ReconcileAsync(Installs.Without());

        (await _database.LinesAsync("select captured from changelog.coverage where table_name = 'item' order by id"))
            .ShouldBe(["f", "t"]);
        (await ReadAsync()).Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_partitioned_table_is_told_once_and_not_for_each_partition()
    {
        await _database.ExecuteAsync(
            """
            create table public.sale (id integer primary key) partition by range (id);
            create table public.sale_1 partition of public.sale default;
            create materialized view public.sales as select count(*) from public.sale;
            """);

        (await ReadAsync()).Tables.Where(table => table.Table.StartsWith("public.", StringComparison.Ordinal))
            .Select(table => $"{table.Table}|{table.Kind}|{table.Covered}|{table.IsWrong}")
            .ShouldBe(["public.sale|partitioned table|True|False", "public.sales|materialized view|False|False"]);
    }

    [Fact]
    public async Task A_handler_is_in_trouble_until_it_moves_or_while_a_dead_letter_of_it_is_open()
    {
        await _database.ExecuteAsync(
            """
            select changelog.register_handler('held', 'changes', false);
            select changelog.note_failure('held', true, 'change', 7, 'refused', 'P0001');
            select changelog.write_dead_letter('removed', 'change', n, now(), 'no', 'P0001', 'P0001', 1, now())
            from generate_series(1, 3) n;
            update changelog.dead_letter
            set resolved_at = now(), resolution = 'retried', resolved_by = 'ann'
            where position = 3
            """);
        var removed = new HandlerTrouble("removed", 2, FailingSince: null, PausedSince: null, null, "start");
        var troubles = (await ReadAsync()).Troubles;
        troubles.Select(trouble => trouble with { FailingSince = null, PausedSince = null }).ShouldBe(
            [new HandlerTrouble("held", 0, null, null, "refused", "change at position 7"), removed]);
        troubles[0].PausedSince.ShouldNotBeNull();

        await _database.ExecuteAsync("update changelog.cursor set updated_at = clock_timestamp()");

        (await ReadAsync()).Troubles.ShouldBe([removed]);
    }

    [Fact]
    public async Task The_table_of_users_is_said_and_which_it_might_be_and_nothing_is_wrong_without()
    {
        (await ReadAsync()).Users.ShouldBe(new UsersStatus(
            null, Linked: false, "no table says who a user is (ChangeLog:Platform:UsersTable)"));

        await _database.ExecuteAsync("create table public.users (id uuid primary key)");
        const string Hint =
            "No table says who a user is, so user_id of the tables of platform stays null. If public.users does, "
            + "name it: ChangeLog:Platform:UsersTable=public.users";
        (await _database.DataSource.ReconcileAsync()).Hints.ShouldBe([Hint]);
        var status = await ReadAsync();
        status.Users.ShouldBe(new UsersStatus(null, Linked: false, Hint));
        status.Problems.ShouldBeEmpty();

        (await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"))).Hints.ShouldBeEmpty();
        (await ReadAsync()).Users.ShouldBe(new UsersStatus("public.users", Linked: false, null));
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users", keys: true));

        (await ReadAsync()).Users.ShouldBe(new UsersStatus("public.users", Linked: true, null));
    }

    [Fact]
    public async Task Users_that_row_level_security_may_hide_are_said()
    {
        var owner = (await _database.CreateRoleAsync()).Name;
        await _database.ExecuteAsync(
            $"""
            create table public.users (id uuid primary key);
            alter table public.users enable row level security;
            grant select, references on public.users to {owner}
            """);
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
        (await ReadAsync()).Users.ShouldBe(new UsersStatus("public.users", Linked: false, null));

        await _database.ExecuteAsync($"alter table platform.activity_logs owner to {owner}");

        (await ReadAsync()).Users.ShouldBe(new UsersStatus(
            "public.users", Linked: false,
            $"row level security may hide users, so user_id stays null: alter role {owner} bypassrls"));
        await _database.ExecuteAsync($"alter role {owner} bypassrls");
        (await ReadAsync()).Users.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_to_be_granted_names_a_role_as_sql_has_it()
    {
        var owner = $"{_database.Name}-owner";
        await _database.ExecuteAsync(
            $"""
            create role "{owner}";
            alter table platform.activity_logs owner to "{owner}";
            create table public.users (id uuid primary key);
            """);
        try
        {
            await _database.DataSource.ReconcileAsync(Installs.WithUsers("users"));
            (await ReadAsync()).Users.Reason.ShouldBe($"grant select (id) on users to \"{owner}\"");
            await _database.ExecuteAsync("update changelog.capture_setting set users_foreign_keys = true");
            (await ReadAsync()).Users.Reason.ShouldBe($"grant select (id), references (id) on users to \"{owner}\"");
            await _database.ExecuteAsync(
                $"""
                update changelog.capture_setting set users_foreign_keys = false;
                alter table public.users enable row level security;
                grant select, references on public.users to "{owner}"
                """);
            (await ReadAsync()).Users.Reason.ShouldEndWith($": alter role \"{owner}\" bypassrls");
        }
        finally
        {
            await _database.ExecuteAsync(
                $"alter table platform.activity_logs owner to current_user; drop owned by \"{owner}\"; "
                    + $"drop role \"{owner}\"");
        }
    }

    [Fact]
    public async Task A_handler_that_a_flag_stops_and_what_overrides_the_configuration_are_said()
    {
        await _database.DeriveAsync();
        await _database.ExecuteAsync(
            """
            insert into platform.feature_flags (key)
            values ('changelog.handler.index'), ('changelog.handler.enrch'), ('changelog.handlers.enrich');
            insert into platform.global_settings (key, value)
            values ('changelog.handlers.page_size', '200'), ('changelog.handlers.pagesize', '1'),
                ('changelog.retry.max_attempts', '"many"'), ('changelog.handlers.positions_per_page', '-3')
            """);

        var status = await ReadAsync();

        status.Warnings.Skip(1).ShouldBe(
        [
            "The flag changelog.handler.enrch matches no handler. The nearest is changelog.handler.enrich.",
            "The handler index is stopped by its flag; it skips nothing. To start it: "
                + "update platform.feature_flags set is_enabled = true where key = 'changelog.handler.index'",
            "changelog.handlers.page_size of platform.global_settings overrides the configuration: 200.",
            "changelog.handlers.pagesize of platform.global_settings cannot be applied: "
                + "it is not a runtime setting; the nearest is changelog.handlers.page_size. The configured value "
                + "stays.",
            "changelog.handlers.positions_per_page of platform.global_settings cannot be applied: "
                + "The field PositionsPerPage must be between 1000 and 10000000. The configured value stays.",
            "changelog.retry.max_attempts of platform.global_settings cannot be applied: "
                + "its value is not an integer. The configured value stays.",
            "The flag changelog.handlers.enrich matches no handler. The nearest is changelog.handler.enrich.",
        ]);
    }

    [Fact]
    public async Task A_rule_that_reaches_nothing_any_more_is_wrong_and_one_that_may_yet_is_a_note()
    {
        await _database.ExecuteAsync(
            """
            create table public.orders (id integer primary key, customer text);
            create table public.files (id integer primary key, pin text, more jsonb);
            create table public.notes (id integer primary key, linked_table text, linked_id text)
            """);
        await _database.DataSource.ReconcileAsync(Installs.Defaults with
        {
            Redaction = new RedactionSettings(
                [Rule("orders", "customer"), Rule("files", "pin"), Rule("*.*", "iban"), Rule("gone*", "a")]),
            Links = LinkPolicies.Read(["public.notes=keep"]),
        });
        (await RulesAsync()).ShouldBe(["note ChangeLog:Redaction:Rules: public.gone* matches no table."]);

        await _database.ExecuteAsync(
            """
            alter table public.orders rename column customer to client;
            alter table public.files rename column pin to code;
            alter table public.notes rename to remarks
            """);

        (await RulesAsync()).ShouldBe(
        [
            "wrong ChangeLog:Redaction:Rules: public.orders has no column customer; nothing is redacted by it. "
                + "Correct or remove the rule.",
            "note ChangeLog:Redaction:Rules: public.files has no column pin; only keys within JSON.",
            "note ChangeLog:Redaction:Rules: public.gone* matches no table.",
            "note ChangeLog:Links:Policies: public.notes matches no table with links.",
        ]);
    }

    private static RedactionRule Rule(string table, string column) =>
        new(
            "ChangeLog:Redaction:Rules:0", TableFilter.Parse([table])[0], new ColumnPattern(column),
            RedactionMethod.Mask, null);

    private async Task<IReadOnlyList<string>> RulesAsync()
    {
        var status = await ReadAsync();
        return
        [
            .. status.Problems.Where(IsOfRule).Select(sentence => $"wrong {sentence}"),
            .. status.Warnings.Where(IsOfRule).Select(sentence => $"note {sentence}"),
        ];
    }

    private static bool IsOfRule(string sentence) => sentence.StartsWith("ChangeLog:", StringComparison.Ordinal);

    private async Task<DatabaseStatus> ReadAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await new StatusReader(connection).ReadAsync(TestContext.Current.CancellationToken);
    }
}
