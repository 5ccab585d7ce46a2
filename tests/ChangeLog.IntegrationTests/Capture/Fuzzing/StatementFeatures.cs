using System.Globalization;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Features that are kinds of statements, or of transactions.</summary>
internal static class StatementFeatures
{
    public static void Upserts(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Upserts;
        var table = s.KeyedTable();
        string Insert() => TableStatements.Insert(s, table, table.Sql);
        s.AddStep(
            () => new(Feature, $"{Insert()} on conflict do nothing returning k"),
            () => new(Feature, $"{Insert()} on conflict (k) do update set n = {table.Sql}.n + excluded.n returning *"),
            () => new(Feature, $"{Insert()} on conflict (k) do update set k = {table.Sql}.k + 40, t = excluded.t"),
            () => new(
                Feature,
                $"{Insert()} on conflict (k) do update set n = 0 where {table.Sql}.n > excluded.n returning k, n"),
            () => new(Feature, $"{Insert()} on conflict (k) do update set n = {table.Sql}.n, t = {table.Sql}.t"));
    }

    public static void Merge(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Merge;
        var (target, source) = (s.KeyedTable(), s.AnyTable());
        var values = "(values (1, 1), (2, 5), (3, 9), (40, 2)) v (k, n)";
        var returning = s.Server.Version >= 17 ? " returning merge_action(), t.k, t.n" : "";
        var bySource = s.Server.Version >= 17 ? " when not matched by source and t.k % 4 = 0 then delete" : "";
        string Merge(string from) =>
            $"merge into {target.Sql} t using {from} on t.k = v.k when matched and t.n > 6 then delete "
            + $"when matched then update set n = t.n + {s.Next(3)} when not matched and v.n = 9 then do nothing "
            + $"when not matched then insert (k, n) values (v.k, v.n){bySource}{returning}";
        s.AddStep(
            () => new(Feature, Merge(values)),
            () => new(Feature, Merge($"(select k, min(n) as n from {source.Sql} where {s.Where()} group by k) v")),
            () => new(Feature, Merge($"(select distinct on (k) k, n from {target.Sql} order by k, n) v")));
    }

    public static void Joined(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.JoinedWrites;
        var (a, b) = (s.AnyTable(), s.AnyTable());
        // both of them written in one statement, with foreign keys or triggers between them
        s.AddStep(
            () => new(
                Feature,
                $"update {a.Sql} a set n = a.n + b.n from (select k, max(n) as n from "
                    + $"{b.Sql} group by k) b where a.k = b.k"),
            () => new(
                Feature,
                $"delete from {a.Sql} a using {b.Sql} b where a.k = b.k and a.k % 3 = {s.Next(3)} returning a.k"),
            () => new(Feature, $"with gone as (delete from {a.Sql} where {s.Where()} returning k, n, t) "
                + $"insert into {b.Sql} (k, n, t) select k, n, t from gone returning k, n"),
            () => new(Feature, $"with put as (insert into {a.Sql} (k, n) values ({s.K()}, 1) returning k), "
                + $"changed as (update {b.Sql} set n = n + 1 where {s.Where()} returning "
                + $"k) select count(*) from put, changed"),
            () => new(Feature, $"insert into {a.Sql} (k, n, t) table (select k, n, t from {b.Sql}) limit 2"),
            () => new(
                Feature,
                $"insert into {a.Sql} (k, n) select k + 30, n from {b.Sql} where k < 10 and {s.Where()}"));
    }

    public static void Copy(FeatureSchema s)
    {
        var table = s.AnyTable();
        s.AddStep(
            () => new(FuzzFeature.Copy, $"copy {table.Sql} (k, n, t) from stdin")
            {
                CopyData = $"{s.K()}\t1\tcopied\n{s.K()}\t{s.Next(9)}\t\\N\n{s.PickOf("7", "8", "x")}\t2\ta\\tb\n",
            },
            () => new(FuzzFeature.Copy, $"copy {table.Sql} (k, n) from stdin (format csv, null 'none')")
            {
                CopyData = string.Concat(Enumerable.Range(0, 30).Select(
                    i => $"{(i + 50).ToString(CultureInfo.InvariantCulture)},{(i % 9 == 0 ? "none" : "4")}\n")),
            },
            () => new(FuzzFeature.Copy, $"delete from {table.Sql} where k >= 50"));
    }

    public static void Truncate(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Truncate;
        string Tables() => string.Join(", ", new[] { s.AnyTable(), s.AnyTable() }.Select(t => t.Sql).Distinct());
        s.AddStep(
            () => new(Feature, $"truncate {s.AnyTable().Sql}"),
            () => new(
                Feature,
                $"truncate {Tables()}{s.PickOf("", " cascade", " restart identity", " restart identity cascade")}"),
            () => new(Feature, $"truncate only {s.AnyTable().Sql}"));
    }

    public static void Savepoints(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Savepoints;
        string Write() => TableStatements.Statement(s, s.AnyTable(), s.AnyTable().Sql).Split(" returning ")[0];
        string Caught() => $"begin {Write()}; if {s.Next(2)} = 1 then raise exception 'undone'; end if; "
            + $"exception when others then {Write()}; end";
        s.AddStep(
            () => new(Feature, $"do $do$ begin {Caught()}; {Write()}; {Caught()}; end $do$") { UndoesWithin = true },
            () => new(
                Feature,
                $"do $do$ begin for i in 1..3 loop {Caught()}; end loop; end $do$") { UndoesWithin = true },
            () => new(
                Feature,
                "savepoint one", Write(), "savepoint two", Write(), "rollback to one", Write(), "release one")
            {
                UndoesWithin = true,
            },
            () => new(Feature, "savepoint one", Write(), "savepoint one", Write(), "rollback to one", "rollback to one")
            {
                UndoesWithin = true,
            });
    }

    public static void Procedures(FeatureSchema s)
    {
        var table = s.AnyTable();
        var name = $"public.{s.NewName("steps")}";
        s.AddAfter(
            FuzzFeature.Procedures,
            $"""
            create procedure {name}(times int) language plpgsql as $body$
            begin
                for i in 1..times loop
                    insert into {table.Sql} (k, n) values (60 + i, i);
                    if i % 2 = 0 then
                        rollback;
                    else
                        update {table.Sql} set n = n + 1 where k = 60 + i;
                        commit;
                    end if;
                end loop;
                delete from {table.Sql} where k = 61;
            end $body$
            """);
        s.AddStep(
            () => new(FuzzFeature.Procedures, $"call {name}({s.Next(5)})") { Alone = true, UndoesWithin = true },
            () => new(FuzzFeature.Procedures, $"delete from {table.Sql} where k > 60"),
            () => new(
                FuzzFeature.Procedures,
                $"do $do$ begin call {name}(1); end $do$") { Alone = true, UndoesWithin = true });
    }

    public static void Functions(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Functions;
        var table = s.AnyTable();
        var name = $"public.{s.NewName("writes")}";
        var prepared = s.NewName("prepared");
        s.AddAfter(
            Feature,
            $"create function {name}(a int) returns setof int language sql security "
                + $"definer set search_path = '' as $body$ "
            + $"insert into {table.Sql} (k, n) values (a, 1); update {table.Sql} set n "
            + $"= n + 1 where k = a returning n $body$",
            $"prepare {prepared} (int, int) as update {table.Sql} set n = $2 where k = $1 returning k, n");
        s.AddStep(
            () => new(Feature, $"select {name}({s.K()})"),
            () => new(Feature, $"select i, {name}(i) from generate_series(1, 3) i"),
            () => new(Feature, $"execute {prepared}({s.K()}, {s.K()})"),
            () => new(
                Feature,
                $"""
                do $do$
                declare
                    held cursor for select k, n from {table.Sql} where k < 9 for update;
                begin
                    for r in held loop
                        if r.n % 2 = 0 then
                            update {table.Sql} set n = n + 3 where current of held;
                        else
                            delete from {table.Sql} where current of held;
                        end if;
                    end loop;
                end $do$
                """));
    }

    public static void Uncaptured(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Uncaptured;
        var table = s.AnyTable();
        var (temporary, view) = (s.NewName("temporary"), $"public.{s.NewName("materialized")}");
        s.AddAfter(Feature, $"create materialized view {view} as select k, count(*), "
            + $"sum(n) from {table.Sql} group by k");
        s.AddStep(
            () => new(Feature, $"create temp table if not exists {temporary} as select k, n from {table.Sql}"),
            () => new(
                Feature,
                $"create temp table if not exists {temporary} (k int, n int) on commit "
                    + $"{s.PickOf("drop", "delete rows")}"),
            () => new(Feature, $"insert into {temporary} select k, n from {table.Sql} returning k"),
            () => new(
                Feature,
                $"with moved as (delete from {temporary} returning *) insert into "
                    + $"{table.Sql} (k, n) select k + 70, n from moved"),
            () => new(Feature, $"truncate {temporary}"),
            () => new(Feature, $"refresh materialized view {view}"));
    }
}
