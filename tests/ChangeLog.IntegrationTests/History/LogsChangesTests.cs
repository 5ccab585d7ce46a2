using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>The source document logs-changes.md: every column and every rule.</summary>
public sealed class LogsChangesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_has_the_documents_columns_and_then_its_own()
    {
        (await _database.LinesAsync(
            """
            select a.attname, format_type(a.atttypid, a.atttypmod)
            from pg_attribute a
            where a.attrelid = 'logs.changes'::regclass
            and a.attnum > 0
            order by a.attnum
            """)).ShouldBe(
        [
            "id|uuid",
            "table_oid|oid",
            "table_schema|text",
            "table_name|text",
            "logged_at|timestamp with time zone",
            "created_at|timestamp with time zone",
            "updated_at|timestamp with time zone",
            "deleted_at|timestamp with time zone",
            "updated_by_user_id|text",
            "device_id|text",
            "version|text",
            "record_id|text",
            "record_update|boolean",
            "record_created_at|timestamp with time zone",
            "record_updated_at|timestamp with time zone",
            "record_deleted_at|timestamp with time zone",
            "record_sync_tick|bigint",
            "record_data|jsonb",
            "position|bigint",
            "xid|xid8",
            "op|text",
            "previous_data|jsonb",
            "record_key|text",
            "actor_id|text",
            "db_user|text",
            "db_role|text",
            "application_name|text",
            "client_addr|inet",
            "request_id|text",
            "event__id|uuid",
        ]);
    }

    [Fact]
    public async Task Every_change_to_every_row_is_there_with_the_full_row_and_what_is_extracted_from_it()
    {
        await _database.ExecuteAsync(
            """
            create table public.patients (
                id uuid primary key,
                created_at timestamptz, updated_at timestamptz, deleted_at timestamptz,
                updated_by_user_id text, updated_at_sync_tick bigint, name text);
            begin;
            select changelog.set_context('{"device_id": "facility-3", "version": "2.31.0"}');
            insert into public.patients values (
                '00000000-0000-4000-8000-000000000001', '2026-01-02 03:04:05+00', '2026-01-02 03:04:05+00', null, 'ann',
                    7, 'Bo');
            update public.patients set updated_at = '2026-02-02 00:00:00+00', deleted_at = '2026-02-03 00:00:00+00',
                updated_by_user_id = 'cid', updated_at_sync_tick = 9;
            commit
            """);

        (await _database.LinesAsync(
            """
            select
                c.id = (select i.id from logs.change_by_id(c.id) i), c.table_oid = 'public.patients'::regclass,
                c.table_schema, c.table_name, c.logged_at <= now(),
                c.created_at at time zone 'UTC', c.updated_at at time zone 'UTC', c.deleted_at at time zone 'UTC',
                c.updated_by_user_id, c.device_id, c.version, c.record_id, c.record_update, c.record_sync_tick,
                (c.record_created_at, c.record_updated_at, c.record_deleted_at)
                    is not distinct from (c.created_at, c.updated_at, c.deleted_at),
                c.record_data
            from logs.changes c
            order by c.position
            """)).ShouldBe(
        [
            "t|t|public|patients|t|2026-01-02 03:04:05|2026-01-02 03:04:05|∅|ann|facility-3|2.31.0"
            + "|00000000-0000-4000-8000-000000000001|f|7|t"
            + """|{"id": "00000000-0000-4000-8000-000000000001", "name": "Bo", "created_at":"""
            + """ "2026-01-02T03:04:05+00:00", "deleted_at": null, "updated_at": "2026-01-02T03:04:05+00:00","""
            + """ "updated_by_user_id": "ann", "updated_at_sync_tick": 7}""",
            "t|t|public|patients|t|2026-01-02 03:04:05|2026-02-02 00:00:00|2026-02-03 00:00:00|cid|facility-3|2.31.0"
            + "|00000000-0000-4000-8000-000000000001|t|9|t"
            + """|{"id": "00000000-0000-4000-8000-000000000001", "name": "Bo", "created_at":"""
            + """ "2026-01-02T03:04:05+00:00", "deleted_at": "2026-02-03T00:00:00+00:00","""
            + """ "updated_at": "2026-02-02T00:00:00+00:00", "updated_by_user_id": "cid", "updated_at_sync_tick": 9}""",
        ]);
    }

    [Fact]
    public async Task Excluded_tables_are_not_logged_and_the_table_of_schema_migrations_is()
    {
        await _database.ExecuteAsync(
            """create table public."SequelizeMeta" (name text primary key); create table public.sync_sessions (id """
                + """integer)""");
        await _database.DataSource.ReconcileAsync(Installs.Without("sync_*"));

        await _database.ExecuteAsync(
            """insert into public."SequelizeMeta" values ('1700-add-patients.js'); insert into public.sync_sessions """
                + """values (1)""");

        (await _database.LinesAsync("select table_name, record_key from logs.changes"))
            .ShouldBe(["SequelizeMeta|1700-add-patients.js"]);
    }

    [Fact]
    public async Task The_oid_stays_when_a_table_is_renamed_and_tells_tables_of_one_name_apart()
    {
        await _database.ExecuteAsync(
            """
            create schema other;
            create table public.notes (id integer);
            create table other.notes (id integer);
            insert into public.notes values (1);
            insert into other.notes values (2);
            alter table public.notes rename to remarks;
            insert into public.remarks values (3)
            """);

        (await _database.LinesAsync(
            """
            select c.table_schema, c.table_name, c.record_id
            from logs.changes c
            where c.table_oid = 'public.remarks'::regclass
            order by c.position
            """)).ShouldBe(["public|notes|1", "public|remarks|3"]);
    }

    [Fact]
    public async Task A_record_has_one_insert_and_what_was_before_the_log_is_not_in_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            "create table public.wards (id integer primary key); insert into public.wards values (1)");
        await database.DataSource.InstallAsync();
        await database.ExecuteAsync(
            """
            update public.wards set id = id where id = 1;
            insert into public.wards values (2) on conflict do nothing;
            insert into public.wards values (2) on conflict do nothing;
            insert into public.wards values (2) on conflict (id) do update set id = 3
            """);

        (await database.LinesAsync("select record_id, record_update from logs.changes order by position"))
            .ShouldBe(["2|f", "3|t"]);
    }
}
