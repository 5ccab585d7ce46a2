using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>
/// What decides what is captured, and what people read of the log, the worker writes only where an event says so.
/// </summary>
public sealed class WorkerWritesTests(RolesServer server) : IClassFixture<RolesServer>
{
    private const string Latest =
        """
        select event_type, payload ->> 'db_user', payload ->> 'os_user', payload ->> 'before', payload ->> 'after'
        from lib_event.event
        order by position desc
        limit 1
        """;

    [Theory]
    [InlineData("insert into changelog.exclusion (pattern, schema_like, table_like) values ('x', 'shop', 'item')")]
    [InlineData("delete from changelog.exclusion")]
    [InlineData("update changelog.capture_setting set schemas = '{nowhere}'")]
    [InlineData("delete from changelog.redaction_rule")]
    [InlineData("update changelog.redaction_rule set is_off = true")]
    [InlineData("update changelog.key_redaction set context_hint = null, event_hint = null")]
    [InlineData("update changelog.redaction_key set inner_block = ''")]
    [InlineData(
        "insert into changelog.link_policy (place, pattern, is_default, schema_like, table_like, policy) values (1, "
            + "'x', false, '%', '%', 'delete')")]
    [InlineData("insert into changelog.timeline (name) values ('x')")]
    [InlineData("update changelog.timeline set table_schema = 'shop', table_name = 'item'")]
    [InlineData("delete from changelog.timeline")]
    [InlineData("update changelog.coverage set valid_from = '-infinity'")]
    [InlineData("delete from changelog.coverage")]
    [InlineData(
        "insert into changelog.coverage (table_oid, table_schema, table_name, captured, valid_from) values (1, 'shop', "
            + "'item', true, now())")]
    [InlineData("select changelog.write_coverage('shop.item'::regclass, 'x', null)")]
    [InlineData("select changelog.note_uncaptured('shop.item'::regclass, 'never was')")]
    [InlineData("update changelog.installation set reconciled_at = now()")]
    [InlineData(
        "insert into logs.change_details (position, logged_at, table_oid, action) values (1, now(), 1, 'create')")]
    [InlineData(
        "insert into logs.change_links (position, logged_at, linked_table, linked_id, via) values (1, now(), 'x', '1', "
            + "'id')")]
    [InlineData("insert into logs.change_table (table_oid, table_schema, table_name) values (1, 'shop', 'item')")]
    public async Task The_worker_writes_none_of_these_itself(string sql)
    {
        await using var daemon = server.As("daemon");
        await server.Admin.ExecuteAsync("grant usage on schema shop to daemon");
        (await Should.ThrowAsync<PostgresException>(() => daemon.ExecuteAsync(sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData(
        "changelog.apply_exclusions('{shop.x}', '{shop}', '{x}', '{}', '{\"db_user\": \"anna\", \"os_user\": \"bo\"}')",
        "changelog.exclusions.changed|daemon|bo|[]|[\"shop.x\"]",
        "changelog.apply_exclusions('{}', '{}', '{}')")]
    [InlineData(
        "changelog.apply_capture_setting('{\"fire_always\": true}')",
        "changelog.capture_settings.changed|daemon|∅|{\"Capture:FireAlways\": \"false\"}|{\"Capture:FireAlways\": "
            + "\"true\"}",
        "changelog.apply_capture_setting('{\"fire_always\": false}')")]
    [InlineData(
        "changelog.apply_redaction_rules(null, '{*passwd*}')",
        "changelog.redaction_rules.changed|daemon|∅"
        + "|[\"*password*\", \"*passwd*\", \"*secret*\", \"*token\", \"*api_key*\", \"*private_key*\", "
        + "\"platform.global_settings.value (mask, when is_secret)\"]"
        + "|[\"*password*\", \"*secret*\", \"*token\", \"*api_key*\", \"*private_key*\", "
        + "\"platform.global_settings.value (mask, when is_secret)\"]",
        "changelog.apply_redaction_rules(null, '{}')")]
    [InlineData(
        "changelog.set_redaction_key('of the worker', '{\"db_user\": \"anna\"}')",
        "changelog.redaction_key.changed|daemon|∅|∅|∅",
        "changelog.set_redaction_key('another')")]
    [InlineData(
        "changelog.apply_link_policies('{shop.item}', '{shop}', '{item}', '{delete}')",
        "changelog.link_policies.changed|daemon|∅|[\"platform.global_settings (nullify)\"]"
        + "|[\"shop.item (delete)\", \"platform.global_settings (nullify)\"]",
        "changelog.apply_link_policies('{}', '{}', '{}', '{}')")]
    public async Task What_the_worker_puts_in_force_leaves_an_event_with_who_and_what(
        string act, string said, string undo)
    {
        await using var daemon = server.As("daemon");

        await daemon.ExecuteAsync($"select {act}");

        (await server.Admin.LinesAsync(Latest)).ShouldBe([said]);
        var events = await server.Admin.ScalarAsync<long>("select count(*) from lib_event.event");
        await daemon.ExecuteAsync($"select {act}");
        (await server.Admin.ScalarAsync<long>("select count(*) from lib_event.event")).ShouldBe(events);
        await daemon.ExecuteAsync($"select {undo}");
        (await server.Admin.ScalarAsync<long>("select count(*) from lib_event.event")).ShouldBe(events + 1);
    }

    [Fact]
    public async Task A_table_that_is_called_a_timeline_is_not_logged_and_an_event_says_so()
    {
        await using var daemon = server.As("daemon");

        await daemon.ExecuteAsync(
            """
            select changelog.store_timeline('{
                "name": "hiding", "root_schema": "shop", "root_table": "other", "root_key": "id",
                    "table_schema": "shop",
                "table_name": "item", "root_column": "id", "actor_column": "by", "stage_type": "text", "events": [],
                "foreign_keys": false}')
            """);

        (await server.Admin.LinesAsync(
            """
            select event_type, payload ->> 'db_user', payload -> 'after' ->> 'table_schema',
                payload -> 'after' ->> 'table_name'
            from lib_event.event
            order by position desc
            limit 1
            """)).ShouldBe(["changelog.timeline.changed|daemon|shop|item"]);
        await server.Admin.ExecuteAsync("delete from changelog.timeline where name = 'hiding'");
    }

    [Fact]
    public async Task Excluded_written_and_undone_it_is_in_the_events_and_in_the_coverage()
    {
        await using var daemon = server.As("daemon");
        await using var shop = server.As("shop");
        // the owner of ChangeLog's schemas must own a table to take its triggers away
        await server.Admin.ExecuteAsync(
            """
            create table shop.blinded (id integer primary key);
            alter table shop.blinded owner to changelog_owner;
            grant insert on shop.blinded to shop
            """);
        await daemon.ReconcileAsync();
        var before = await server.Admin.ScalarAsync<long>("select last_value from lib_event.position");

        await daemon.ReconcileAsync(Installs.Without("shop.blinded"));
        await shop.ExecuteAsync("insert into shop.blinded values (1)");
        await daemon.ReconcileAsync(Installs.Without());

        (await server.Admin.LinesAsync(
            "select event_type, payload ->> 'db_user', payload ->> 'after' from lib_event.event "
                + $"where position > {before} order by position"))
            .ShouldBe(
                ["changelog.exclusions.changed|daemon|[\"shop.blinded\"]", "changelog.exclusions.changed|daemon|[]"]);
        (await server.Admin.LinesAsync(
            "select captured, reason, valid_until is null from changelog.coverage where table_name = 'blinded' "
                + "and captured is not null order by id"))
            .TakeLast(3)
            .ShouldBe(["t|∅|f", "f|excluded by shop.blinded|f", "t|∅|t"]);
    }

    [Fact]
    public async Task What_is_not_as_it_should_be_is_not_called_reconciled()
    {
        await using var daemon = server.As("daemon");
        await daemon.ReconcileAsync();
        await server.Admin.ExecuteAsync(
            "do $$ begin execute format('alter table shop.item disable trigger %I', "
                + "'!changelog_row_' || 'shop.item'::regclass::oid); end $$");
        const string Reconciled = "select reconciled_at from changelog.installation";
        var before = await server.Admin.ScalarAsync<DateTime>(Reconciled);

        (await daemon.ScalarAsync<bool>("select changelog.mark_reconciled()")).ShouldBeFalse();
        (await server.Admin.ScalarAsync<DateTime>(Reconciled)).ShouldBe(before);

        await server.Admin.ReconcileAsync();
        (await server.Admin.LinesAsync(
            "select captured, valid_from <= $1 from changelog.coverage where table_name = 'item' and not captured",
            before))
            .ShouldBe(["f|t"]);
    }

    [Fact]
    public async Task A_rule_that_would_fail_every_write_is_refused()
    {
        await using var daemon = server.As("daemon");

        (await Should.ThrowAsync<PostgresException>(() => daemon.ExecuteAsync(
            """
            select changelog.apply_redaction_rules('[{
                "name": "x", "schema_like": "%", "table_like": "%", "column_like": "x",
                "key_expression": "^(x$", "key_hint": "x", "way": "mask"}]', null)
            """))).SqlState.ShouldBe("2201B");
    }
}
