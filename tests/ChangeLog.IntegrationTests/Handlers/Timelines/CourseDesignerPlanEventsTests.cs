using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>The document of course_designer_plan_events, from its first column to its trigger.</summary>
public sealed class CourseDesignerPlanEventsTests : IAsyncLifetime
{
    private const string Anna = "a0000000-0000-4000-8000-000000000001";

    private const string Plan = "b0000000-0000-4000-8000-000000000001";

    private TestDatabase _database = null!;
    private TimelineWorker _worker = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            $"""
            create function public.uuid_generate_v4() returns uuid language sql as 'select gen_random_uuid()';
            create type public.course_designer_stage as enum ('draft', 'review', 'published');
            create table public.users (id uuid primary key, name text);
            create table public.course_designer_plans (
                id uuid primary key default gen_random_uuid(),
                title text,
                stage public.course_designer_stage,
                deleted_at timestamptz);
            insert into public.users values ('{Anna}', 'Anna');
            """);
        _worker = new TimelineWorker(
            _database.ConnectionString, ("0:Root", "course_designer_plans"), ("0:Events", "courses.plan.*=plan.id"),
            ("0:ForeignKeys", "true"), ("Platform:UsersTable", "users"));
        await _worker.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task It_has_the_documents_columns_constraints_indexes_and_trigger()
    {
        (await _database.LinesAsync(
            """
            select a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), not a.attnotnull,
                   col_description(a.attrelid, a.attnum)
            from pg_attribute a
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = 'public.course_designer_plan_events'::regclass and a.attnum > 0
            order by a.attname
            """)).ShouldBe(
            [
                "actor_user_id|uuid|∅|t|User who caused the event, or NULL for system-generated events.",
                "course_designer_plan_id|uuid|∅|f|The plan this event belongs to.",
                "created_at|timestamp with time zone|now()|f|Timestamp when the record was created.",
                "deleted_at|timestamp with time zone|∅|t|Timestamp when the record was deleted. If null, "
                    + "the record is not deleted.",
                "event_type|character varying(255)|∅|f|Application-defined event type identifier.",
                "id|uuid|uuid_generate_v4()|f|A unique, stable identifier for the record.",
                "occurred_at|timestamp with time zone|now()|f|When the event occurred. May differ "
                    + "from created_at when backfilling events.",
                "payload|jsonb|'{}'::jsonb|f|Event-specific structured data used to reconstruct timeline details.",
                "stage|course_designer_stage|∅|t|Optional workflow stage associated with the event.",
                "updated_at|timestamp with time zone|now()|f|Timestamp when the record was last updated. "
                + "The field is updated "
                + "automatically by the set_timestamp trigger.",
            ]);
        (await _database.LinesAsync(
            """
            select conname, pg_get_constraintdef(oid)
            from pg_constraint
            where conrelid = 'public.course_designer_plan_events'::regclass and contype <> 'n'
            order by conname
            """)).ShouldBe(
            [
                "course_designer_plan_events_actor_user_id_fkey|FOREIGN KEY (actor_user_id) REFERENCES users(id)",
                "course_designer_plan_events_course_designer_plan_id_fkey|FOREIGN KEY (course_designer_plan_id) "
                + "REFERENCES course_designer_plans(id)",
                await _database.ServerVersionAsync() >= 14
                    ? "course_designer_plan_events_event_type_check|CHECK ((TRIM(BOTH FROM event_type) <> ''::text))"
                    : "course_designer_plan_events_event_type_check|CHECK ((btrim((event_type)::text) <> ''::text))",
                "course_designer_plan_events_pkey|PRIMARY KEY (id)",
            ]);
        (await _database.LinesAsync(
            "select indexdef from pg_indexes where tablename = 'course_designer_plan_events' order by indexname"))
            .ShouldBe(
            [
                "CREATE INDEX course_designer_plan_events_actor_idx ON public.course_designer_plan_events USING btree "
                + "(actor_user_id) WHERE (actor_user_id IS NOT NULL)",
                "CREATE UNIQUE INDEX course_designer_plan_events_pkey ON public.course_designer_plan_events USING "
                    + "btree (id)",
                "CREATE INDEX course_designer_plan_events_timeline_idx ON public.course_designer_plan_events USING "
                + "btree "
                + "(course_designer_plan_id, deleted_at, occurred_at DESC)",
            ]);
        (await _database.LinesAsync(
            """
            select pg_get_triggerdef(oid, true), obj_description(tgrelid, 'pg_class')
            from pg_trigger
            where tgrelid = 'public.course_designer_plan_events'::regclass and tgname = 'set_timestamp'
            """)).ShouldBe(
            [
                "CREATE TRIGGER set_timestamp BEFORE UPDATE ON course_designer_plan_events FOR EACH ROW EXECUTE "
                + "FUNCTION "
                + "trigger_set_timestamp()|Append-only event log for reconstructing a course designer plan timeline "
                + "and auditing changes.",
            ]);
    }

    [Fact]
    public async Task Its_not_null_constraints_bear_the_documents_names()
    {
        Assert.SkipUnless(
            await _database.ServerVersionAsync() >= 18, "NOT NULL became a constraint with PostgreSQL 18.");
        (await _database.LinesAsync(
            """
            select conname, pg_get_constraintdef(oid)
            from pg_constraint
            where conrelid = 'public.course_designer_plan_events'::regclass and contype = 'n'
            order by conname
            """)).ShouldBe(
            [
                "course_designer_plan_events_course_designer_plan_id_not_null|NOT NULL course_designer_plan_id",
                "course_designer_plan_events_created_at_not_null|NOT NULL created_at",
                "course_designer_plan_events_event_type_not_null|NOT NULL event_type",
                "course_designer_plan_events_id_not_null|NOT NULL id",
                "course_designer_plan_events_occurred_at_not_null|NOT NULL occurred_at",
                "course_designer_plan_events_payload_not_null|NOT NULL payload",
                "course_designer_plan_events_updated_at_not_null|NOT NULL updated_at",
            ]);
    }

    [Fact]
    public async Task A_plan_has_its_timeline_with_actor_stage_and_what_is_needed_to_rebuild_it()
    {
        await _database.ExecuteAsync(
            $$"""
            begin;
            select changelog.set_context('{"actor_id": "{{Anna}}"}');
            insert into public.course_designer_plans (id, title, stage) values ('{{Plan}}', 'Sailing', 'draft');
            commit;
            begin;
            select changelog.set_context('{"actor_id": "the importer"}');
            update public.course_designer_plans set title = 'Sailing at night';
            commit;
            update public.course_designer_plans set stage = 'review';
            update public.course_designer_plans set deleted_at = '2026-01-01';
            update public.course_designer_plans set deleted_at = null;
            select lib_event.create('courses.plan.shared',
                jsonb_build_object('plan', jsonb_build_object('id', '{{Plan}}')),
                '2020-02-02 12:00+00', headers => '{"actor_id": "{{Anna}}"}');
            """);
        await _worker.DrainAsync();

        (await _database.LinesAsync(
            """
            select course_designer_plan_id, event_type, actor_user_id, stage, payload ->> 'actor_id',
                   occurred_at = created_at, payload -> 'previous_values', payload #>> '{new_values,title}'
            from public.course_designer_plan_events
            order by (payload ->> 'position')::bigint
            """)).ShouldBe(
            [
                $"{Plan}|public.course_designer_plan.created|{Anna}|draft|{Anna}|t|null|Sailing",
                $$"""{{Plan}}|public.course_designer_plan.updated|∅|draft|the """
                    + $$"""importer|t|{"title": "Sailing"}|Sailing at night""",
                $$"""{{Plan}}|public.course_designer_plan.updated|∅|review|∅|t|{"stage": "draft"}|Sailing at night""",
                $$"""{{Plan}}|public.course_designer_plan.soft_deleted|∅|review|∅|t|{"deleted_at": """
                    + $$"""null}|Sailing at night""",
                $$"""{{Plan}}|public.course_designer_plan.restored|∅|review|∅|t|{"deleted_at":"""
                    + $$""" "2026-01-01T00:00:00+00:00"}|Sailing at night""",
                $"{Plan}|courses.plan.shared|{Anna}|review|{Anna}|f|∅|∅",
            ]);
        (await _database.ScalarAsync<DateTime>(
            "select occurred_at from public.course_designer_plan_events where event_type = 'courses.plan.shared'"))
            .ShouldBe(new DateTime(2020, 2, 2, 12, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Its_rules_hold_for_whoever_writes()
    {
        await _database.ExecuteAsync(
            $"""
            insert into public.course_designer_plans (id, title) values ('{Plan}', 'Sailing');
            insert into public.course_designer_plan_events (course_designer_plan_id, event_type, created_at, updated_at)
            values ('{Plan}', 'courses.plan.praised', '2020-01-01', '2020-01-01')
            """);
        await _worker.DrainAsync();

        await RefusedAsync(PostgresErrorCodes.CheckViolation, "insert into public.course_designer_plan_events "
            + $"(course_designer_plan_id, event_type) values ('{Plan}', '  ')");
        await RefusedAsync(PostgresErrorCodes.ForeignKeyViolation, "delete from public.course_designer_plans");
        await RefusedAsync(
            PostgresErrorCodes.ObjectNotInPrerequisiteState,
            "update public.course_designer_plan_events set payload = '{\"a\": 1}'");
        await RefusedAsync(
            PostgresErrorCodes.ObjectNotInPrerequisiteState, "delete from public.course_designer_plan_events");
        await RefusedAsync(
            PostgresErrorCodes.ObjectNotInPrerequisiteState, "truncate public.course_designer_plan_events");
        await _database.ExecuteAsync(
            "update public.course_designer_plan_events set deleted_at = '2020-01-02' "
                + "where event_type = 'courses.plan.praised'");

        (await _database.LinesAsync(
            """
            select event_type, deleted_at::date, updated_at > now() - interval '1 minute', payload
            from public.course_designer_plan_events
            where event_type = 'courses.plan.praised'
            """)).ShouldBe(["courses.plan.praised|2020-01-02|t|{}"]);
        (await _database.ScalarAsync<long>(
            "select count(*) from logs.change where table_name = 'course_designer_plan_events'"))
            .ShouldBe(0);
        _worker.Warnings.ShouldHaveSingleItem().ShouldBe(
            "Timeline course_designer_plan: the foreign keys of public.course_designer_plan_events prevent hard "
            + "deletes: a row of "
            + "public.course_designer_plans that has entries there, and a user in public.users who caused one, "
            + "cannot be deleted. "
            + "TRUNCATE and DROP TABLE of these, and another type of their key, fail too, and each delete is checked. "
            + "ForeignKeys: false drops them");
    }

    private async Task RefusedAsync(string code, string sql) =>
        (await Should.ThrowAsync<PostgresException>(_database.ExecuteAsync(sql))).SqlState.ShouldBe(code);
}
