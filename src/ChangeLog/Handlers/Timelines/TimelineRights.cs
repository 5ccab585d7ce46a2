using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Lists what a DBA has to grant for the timelines, before any of their tables is made.</summary>
internal sealed class TimelineRights(CaptureSettings settings)
{
    // whoever creates a table grants what filling it needs
    private const string SelectLacking = /* language=sql */
        """
        with recursive who as (
            select
                current_user::text as name,
                case
                    when r.rolname is not null and pg_has_role(r.oid, 'usage') then r.rolname
                    else current_user
                end::text as grantee,
                true as makes,
                $1 as fills
            from (select) one
            left join pg_roles r on r.rolname = case when $1 then 'changelog_worker' else 'changelog_owner' end
            union all
            select r.rolname, r.rolname, false, true
            from pg_roles r
            where not $1
            and r.rolname = 'changelog_worker'
        ), relation as materialized (
            select
                c.oid,
                n.nspname::text as schema,
                c.relname::text as name,
                c.relowner as owner,
                format('%I.%I', n.nspname, c.relname) as sql
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
        ), root as (
            select r.* from relation r where r.schema = $2 and r.name = $3
        ), target as (
            select r.* from relation r where r.schema = $5 and r.name = $6
        ), users as (
            select r.*
            from relation r
            -- as changelog.users_table has it, which asks for the settings in force
            where r.schema = $9
            and r.name = $10
            and changelog.has_user_ids(r.oid)
        ), reach as (
            select r.oid from root r
            union
            select f.conrelid
            from reach s
            join pg_constraint f on f.contype = 'f' and f.conparentid = 0 and f.confrelid = s.oid
        ), way as (
            -- rows of these lead on to the root: where to is read from them
            select r.*
            from relation r
            where r.oid in (select s.oid from reach s where s.oid <> (select o.oid from root o))
            and exists (select from pg_constraint f where f.contype = 'f' and f.conparentid = 0 and f.confrelid = r.oid)
        ), reference as (
            select u.oid, u.sql, 'id' as key, false as is_root from users u
            union all
            select r.oid, r.sql, $4, true from root r
        ), missing_key as (
            select r.*
            from reference r
            where $8
            and not exists (
                select
                from pg_constraint f
                join target t on t.oid = f.conrelid
                where f.contype = 'f'
                and f.confrelid = r.oid)
        ), lacking (place, makes, statement) as (
            select 1, w.makes, format('grant usage on schema %I to %I', n.nspname, w.grantee)
            from who w
            cross join pg_namespace n
            where (
                n.nspname in ($2, $5)
                or w.makes and n.nspname in (select u.schema from users u join missing_key k on k.oid = u.oid)
                or w.fills and n.nspname in (select y.schema from way y))
            and not has_schema_privilege(w.name, n.oid, 'usage')
            union all
            select 2, true, format('grant create on schema %I to %I', n.nspname, w.grantee)
            from who w
            join pg_namespace n on n.nspname = $5
            where w.makes
            and not has_schema_privilege(w.name, n.oid, 'create')
            and not (
                exists (select from target)
                and exists (select from pg_proc p where p.pronamespace = n.oid and p.proname = 'trigger_set_timestamp'))
            union all
            select 3, true, format('grant references (%I) on %s to %I', k.key, k.sql, w.grantee)
            from who w
            cross join missing_key k
            where w.makes
            and not has_column_privilege(w.name, k.oid, k.key, 'references')
            union all
            select 4, true, format('grant %s to %I', t.owner::regrole, w.grantee)
            from who w
            cross join target t
            where w.makes
            and not pg_has_role(w.name, t.owner, 'usage')
            and (
                exists (select from missing_key)
                or (
                    select count(*)
                    from pg_trigger g
                    where g.tgrelid = t.oid
                    and g.tgname in ('set_timestamp', 'refuse_change', 'refuse_truncate')
                    -- an earlier version's guard fired before, and is replaced
                    and not (g.tgname = 'refuse_change' and g.tgtype & 2 <> 0)) < 3)
            union all
            select 5, w.makes, format('grant select on %s to %I', y.sql, w.grantee)
            from who w
            cross join (select y.oid, y.sql from way y union all select r.oid, r.sql from root r where $7) y
            where w.fills
            and not has_table_privilege(w.name, y.oid, 'select')
            union all
            select 6, w.makes, format('grant select (%I) on %s to %I', r.key, r.sql, w.grantee)
            from who w
            cross join reference r
            where w.fills
            and r.is_root
            and not $7
            and not has_column_privilege(w.name, r.oid, r.key, 'select')
            union all
            select 7, w.makes, format('grant insert, select on %s to %I', t.sql, w.grantee)
            from who w
            cross join target t
            where w.fills
            and not exists (select from who m where m.makes and pg_has_role(m.name, t.owner, 'usage'))
            and not (has_table_privilege(w.name, t.oid, 'insert') and has_table_privilege(w.name, t.oid, 'select'))
        )
        select l.makes, l.statement
        from lacking l
        order by l.place, l.makes desc, l.statement
        """;

    /// <summary>For a role that creates the tables and fills them.</summary>
    /// <exception cref="RefusedException">A right is missing; nothing was changed.</exception>
    public async Task RequireAsync(
        NpgsqlConnection connection, IReadOnlyList<Timeline> timelines, CancellationToken cancellationToken) =>
        Refuse(await MissingAsync(connection, timelines, fills: true, cancellationToken));

    /// <summary>For a role that creates the tables, which a worker fills.</summary>
    /// <returns>What the role changelog_worker lacks: a sentence, or none.</returns>
    /// <exception cref="RefusedException">A right to create them is missing; nothing was changed.</exception>
    public async Task<IReadOnlyList<string>> RequireToMakeAsync(
        NpgsqlConnection connection, IReadOnlyList<Timeline> timelines, CancellationToken cancellationToken)
    {
        var lacking = await MissingAsync(connection, timelines, fills: false, cancellationToken);
        if (lacking.Any(right => right.IsMakers))
        {
            Refuse(lacking);
        }

        return lacking.Count == 0
            ? []
            : ["A worker with the rights of changelog_worker cannot fill the timelines. "
                + $"Let a DBA run: {Statements(lacking)}"];
    }

    private static void Refuse(List<MissingRight> lacking)
    {
        if (lacking.Count > 0)
        {
            throw new RefusedException(
                $"Rights for the timelines are missing. Let a DBA run, in this database: "
                + $"{Statements(lacking)}", exitCode: 1);
        }
    }

    private static string Statements(List<MissingRight> lacking) =>
        string.Join(' ', lacking.Select(right => $"{right.Statement};").Distinct());

    private async Task<List<MissingRight>> MissingAsync(
        NpgsqlConnection connection,
        IReadOnlyList<Timeline> timelines,
        bool fills,
        CancellationToken cancellationToken)
    {
        var lacking = new List<MissingRight>();
        foreach (var timeline in timelines)
        {
            lacking.AddRange(await connection.RowsAsync(
                SelectLacking,
                row => new MissingRight(row.GetBoolean(0), row.GetString(1)),
                ParametersOf(timeline, fills),
                cancellationToken));
        }

        return lacking;
    }

    private Parameter[] ParametersOf(Timeline timeline, bool fills)
    {
        var users = settings.UsersTable ?? CaptureSettings.NoUsers;
        return
        [
            fills,
            timeline.RootSchema,
            timeline.RootTable,
            timeline.RootKey,
            timeline.TableSchema,
            timeline.TableName,
            timeline.StageColumn is not null,
            timeline.HasForeignKeys,
            users.Schema,
            users.Name,
        ];
    }
}
