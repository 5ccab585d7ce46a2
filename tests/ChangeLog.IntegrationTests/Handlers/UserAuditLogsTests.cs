using ChangeLog.Handlers.Activity;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>The source document user-audit-logs.md: every column, index, relationship and business rule.</summary>
public sealed class UserAuditLogsTests : IAsyncLifetime
{
    private const string Ann = "d34f6e99-d0b6-47a7-aed9-2fbd69319852";
    private const string Event = "7f1e3d98-3240-4e58-bb57-93e219daaa10";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            $"create table public.users (id uuid primary key); insert into public.users values ('{Ann}')");
        await _database.DataSource.ReconcileAsync(Installs.WithUsers("users", keys: true));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_is_the_documents_table()
    {
        (await _database.ColumnsAsync("platform.user_audit_logs"))
            // as servers before 14 write the same
            .Select(column => column.Replace(
                "timezone('UTC'::text, CURRENT_TIMESTAMP)", "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text)"))
            .ShouldBe(
        [
            "id|uuid|not null|gen_random_uuid()",
            "user_id|uuid|null|-",
            "action|character varying(100)|null|-",
            "metadata|jsonb|null|-",
            "created_at|timestamp without time zone|not null|(CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text)",
        ]);
        (await _database.IndexesAsync("platform.user_audit_logs")).ShouldBe(
        [
            "CREATE INDEX idx_user_audit_logs_action ON platform.user_audit_logs (action)",
            "CREATE INDEX idx_user_audit_logs_user_id ON platform.user_audit_logs (user_id)",
            "CREATE UNIQUE INDEX user_audit_logs_pkey ON platform.user_audit_logs (id)",
        ]);
        (await _database.ForeignKeysAsync("platform.user_audit_logs")).ShouldBe(
            ["user_audit_logs_user_id_fkey|FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL"]);
    }

    [Fact]
    public async Task The_example_row_comes_of_its_event()
    {
        await _database.ExecuteAsync(
            $$"""
            set timezone = 'Europe/Berlin';
            begin;
            select changelog.set_context('{"actor_id": "{{Ann}}", "ip_address": "192.168.0.101"}');
            select lib_event.create(
                'iam.password.reset', '{"method": "email_link"}',
                headers => '{"request_id": "r-1"}', event__id => '{{Event}}');
            select lib_event.create('billing.invoice.paid');
            commit
            """);
        await _database.DeriveAsync(new ActivityOptions { ActionMap = ["iam.password.reset=password_reset"] });

        (await _database.LinesAsync(
            """
            select u.id, u.user_id, u.action, u.metadata, u.created_at = e.created_at at time zone 'UTC'
            from platform.user_audit_logs u
            join lib_event.event e on e.event__id = u.id
            """)).ShouldBe(
        [
            $"{Event}|{Ann}|password_reset|{{\"ip\": \"192.168.0.101\", \"method\": \"email_link\", "
            + $"\"event__id\": \"{Event}\", \"event_type\": \"iam.password.reset\", \"request_id\": \"r-1\"}}|t",
        ]);
    }

    [Fact]
    public async Task Without_a_map_the_action_is_the_type_and_without_a_request_id_the_source_stands_for_it()
    {
        await _database.ExecuteAsync(
            $"""
            select lib_event.create(
                'iam.user.logged_in', occurred_at => '2020-01-01Z', source => '{Ann}', event__id => '{Event}')
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync("select action, user_id, metadata from platform.user_audit_logs")).ShouldBe(
        [
            $"iam.user.logged_in|∅|{{\"event__id\": \"{Event}\", \"event_type\": \"iam.user.logged_in\", "
            + $"\"request_id\": \"{Ann}\", \"occurred_at\": \"2020-01-01T00:00:00+00:00\"}}",
        ]);
    }

    [Fact]
    public async Task The_request_comes_from_the_context_and_an_actor_that_the_event_names_is_not_the_contexts()
    {
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"actor_id": "{{Ann}}", "request_id": "r-1"}');
            select lib_event.create('iam.user.seen'), lib_event.create('iam.user.seen', headers => '{"actor": "cron"}'),
                lib_event.create('iam.user.seen', headers => '{"actor": ""}');
            commit
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            "select user_id, metadata ->> 'actor_id', metadata ->> 'request_id' from platform.user_audit_logs "
                + "order by 1")).ShouldBe(
            [$"{Ann}|∅|r-1", $"{Ann}|∅|r-1", "∅|cron|r-1"]);
    }

    [Fact]
    public async Task A_payload_that_has_one_of_our_names_or_is_no_object_is_kept_whole()
    {
        await _database.ExecuteAsync(
            """select lib_event.create('iam.a.done', '{"ip": "theirs"}', headers => '{"ip_address": "10.0.0.1"}'), """
                + """lib_event.create('iam.b.done', '[1]')""");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            "select action, metadata ->> 'ip', metadata -> 'payload' from platform.user_audit_logs order by action"))
            .ShouldBe(["iam.a.done|10.0.0.1|{\"ip\": \"theirs\"}", "iam.b.done|∅|[1]"]);
    }

    [Theory]
    [InlineData("update platform.user_audit_logs set action = 'forged'")]
    [InlineData("delete from platform.user_audit_logs")]
    [InlineData("truncate platform.user_audit_logs")]
    public async Task It_is_only_appended_to(string sql)
    {
        await _database.ExecuteAsync("select lib_event.create('iam.user.seen')");
        await _database.DeriveAsync();

        (await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql)))
            .MessageText.ShouldEndWith(
                "of platform.user_audit_logs is refused: what ChangeLog has recorded is never changed");
    }
}
