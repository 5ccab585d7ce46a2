namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Features that are DDL between the writes.</summary>
internal static class DdlFeatures
{
    public static void Changing(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.ChangingTables;
        var table = s.AnyTable();
        var added = "added";
        FuzzStep Alter(string what) => new(Feature, $"alter table {table.Sql} {what}") { IsDdl = true };
        s.AddStep(
            () => Alter($"add {added} int"),
            () => Alter($"add {added} text default 'd', add {s.NewName("more")} int not null default 4"),
            () => Alter($"add {s.NewName("made")} int generated always as (k + 1) stored"),
            () => Alter($"drop {added}"),
            () => Alter($"drop if exists {added}, add {added} jsonb default '[]'"),
            () => Alter($"rename {added} to renamed"),
            () => Alter("rename renamed to added"),
            () => Alter($"alter {added} type text using {added} || '!'"),
            () => Alter($"alter {added} type bigint using length({added}::text)"),
            () => Alter($"alter n set default {s.K()}"),
            () => Alter($"alter n {s.PickOf("set", "drop")} not null"),
            () => Alter($"alter t type {s.PickOf("varchar(40)", "text", "char(5)")}"),
            () => Alter($"add primary key ({s.PickOf("k", "k, n", added)})"),
            () => Alter($"add unique ({s.PickOf("k", "n", "k, t")})"),
            () => Alter($"drop constraint if exists {FuzzTable.Quote(table.Name + "_pkey")} cascade"),
            () => Alter($"add check (k <> {s.K()}) not valid"),
            () => Alter($"set (fillfactor = {50 + s.Next(50)})"),
            () => new(Feature, $"update {table.Sql} set {added} = '1' where {s.Where()}"),
            () => new(Feature, $"update {table.Sql} set {added} = default, n = n + 1 where {s.Where()} returning *"),
            () => new(Feature, $"insert into {table.Sql} (k, {added}) values ({s.K()}, '2') returning *"),
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => new(
                Feature,
                $"create unique index if not exists {s.NewName("index")} on {table.Sql} (k)") { IsDdl = true },
            () => new(Feature, $"cluster {table.Sql} using {FuzzTable.Quote(table.Name + "_pkey")}") { IsDdl = true },
            () => new(Feature, $"vacuum full {table.Sql}") { IsDdl = true, Alone = true },
            () => new(Feature, $"do $do$ begin alter table {table.Sql} add passing int default 6; "
                + $"update {table.Sql} set passing = k where {s.Where()}; "
                + $"alter table {table.Sql} drop passing; end $do$")
            {
                ChangesShape = true,
            });
    }

    public static void Moving(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.MovingTables;
        var table = s.AnyTable();
        s.AddType(Feature, "create schema \"Moved here\"");
        s.AddStep(
            () => Rename(table, s.NewName("Renamed ")),
            () => SetSchema(table, table.Schema == "public" ? "Moved here" : "public"),
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => new(
                Feature,
                "create table public.passing (k int primary key, n int)",
                "insert into public.passing values (1, 1), (2, 2)",
                "update public.passing set n = 3 where k = 1", "drop table public.passing")
            {
                ChangesShape = true,
            },
            () => new(Feature, "create table public.lasting (k int, n int)", "insert into public.lasting values (1, 1)",
                "alter table public.lasting add primary key (k)", "update public.lasting set n = 2")
            {
                ChangesShape = true,
            },
            () => new(Feature, "insert into public.lasting values (1, 4), (2, 5)"),
            () => new(Feature, "drop table public.lasting") { IsDdl = true },
            () => new(Feature, $"create table public.lasting as select k, n from {table.Sql}") { IsDdl = true },
            () => new(Feature, $"create table public.lasting (like {table.Sql} including all)") { IsDdl = true },
            () => new(Feature, $"insert into public.lasting (k, n) select k, n from {table.Sql}"));
    }

    private static FuzzStep Rename(FeatureTable table, string name)
    {
        var former = table.Name;
        return new(FuzzFeature.MovingTables, $"alter table {table.Sql} rename to {FuzzTable.Quote(name)}")
        {
            IsDdl = true,
            Done = () => table.Name = name,
            Undone = () => table.Name = former,
        };
    }

    private static FuzzStep SetSchema(FeatureTable table, string schema)
    {
        var former = table.Schema;
        return new(FuzzFeature.MovingTables, $"alter table {table.Sql} set schema {FuzzTable.Quote(schema)}")
        {
            IsDdl = true,
            Done = () => table.Schema = schema,
            Undone = () => table.Schema = former,
        };
    }
}
