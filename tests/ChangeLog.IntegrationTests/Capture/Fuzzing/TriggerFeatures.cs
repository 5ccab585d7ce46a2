namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Features that stand between a statement and the rows: triggers, views, rules and policies.</summary>
internal static class TriggerFeatures
{
    public static void Row(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.RowTriggers;
        var table = s.Chance(2) ? s.KeyedTable() : s.AnyOrNewTable("triggered");
        var notes = Notes(s, Feature);
        var before = Function(
            s,
            Feature,
            """
            if tg_op = 'DELETE' then
                return case when old.n <> 7 then old end;
            end if;
            if new.n = 5 then
                return null;
            end if;
            new.t := right(coalesce(new.t, '') || left(tg_op, 1), 9);
            return new;
            """);
        var after = Function(
            s,
            Feature,
            $"""
            if tg_op <> 'INSERT' then
                insert into {notes} values (tg_op, old.k, old.n);
            end if;
            if tg_op <> 'DELETE' and pg_trigger_depth() < 3 and new.n % 3 = 0 then
                update {table.Sql} set n = n + 1 where k = new.k;
            end if;
            return null;
            """);
        // the row's own change is logged first, unless their names come before ours, or it is not one row that is
        // written again
        var name = s.PickOf("again", "Again", "! again", " again");
        s.Reorders |= table.Key != "k" || name.StartsWith("! ", StringComparison.Ordinal) || name.StartsWith(' ');
        s.AddAfter(
            Feature,
            $"create trigger \"change or swallow\" before insert or update or "
            + $"delete on {table.Sql} for each row execute function {before}()",
            $"create trigger \"{name}\" after insert or update or delete on {table.Sql} "
                + $"for each row execute function {after}()",
            $"create trigger \"only when\" after update of n on {table.Sql} for each row "
                + $"when (old.n is distinct from new.n) "
            + $"execute function {after}()");
        s.AddStep(
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => new(Feature, $"update {table.Sql} set n = {s.PickOf(3, 5, 6, 7)} where {s.Where()} returning *"),
            () => new(
                Feature,
                $"insert into {table.Sql} (k, n) values ({s.K()}, {s.PickOf(3, 5, 6, 7)}) returning k, n, t"),
            () => new(Feature, $"alter table {table.Sql} {s.PickOf("enable", "disable")} trigger \"change or swallow\"")
            {
                IsDdl = true,
            });
    }

    public static void Deferred(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.DeferredTriggers;
        var table = s.AnyOrNewTable("deferred");
        var notes = Notes(s, Feature);
        var function = Function(
            s,
            Feature,
            $"""
            if new.n = 8 then
                raise exception 'eight is refused at commit' using errcode = 'P8888';
            end if;
            insert into {notes} values ('deferred', new.k, new.n);
            update {notes} set n = n + 1 where k = new.k - 1;
            return null;
            """);
        s.AddAfter(
            Feature,
            $"create constraint trigger late after insert or update on {table.Sql} deferrable initially deferred "
            + $"for each row execute function {function}()");
        s.AddStep(
            () => new(Feature, $"insert into {table.Sql} (k, n) values ({s.K()}, {s.Next(20)}), ({s.K()}, 1)"),
            () => new(Feature, $"update {table.Sql} set n = {s.Next(20)} where {s.Where()}"),
            () => new(Feature, $"set constraints all {s.PickOf("deferred", "immediate")}"));
    }

    public static void Statement(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.StatementTriggers;
        var table = s.AnyOrNewTable("counted");
        var notes = Notes(s, Feature);
        string Write(string from) => Function(
            s, Feature, $"insert into {notes} select tg_op || tg_when, count(*), sum(n) from {from}; return null;");
        string On(string what, string from, string referencing) =>
            $"create trigger {s.NewName("counts")} after {what} on {table.Sql} {referencing} for each statement "
            + $"execute function {Write(from)}()";
        s.AddAfter(
            Feature,
            On("insert", "added", "referencing new table as added"),
            On("update", "(select n from new_rows union all select -n from old_rows) r",
                "referencing new table as new_rows old table as old_rows"),
            On("delete", "gone", "referencing old table as gone"),
            $"create trigger all_gone before truncate on {table.Sql} execute function {Write(table.Sql)}()");
        s.AddStep(
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => new(Feature, $"update {table.Sql} set n = n + 1"),
            () => new(Feature, $"delete from {table.Sql} where {s.Where()}"),
            () => new(Feature, $"truncate {table.Sql}"));
    }

    public static void Views(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Views;
        var table = s.AnyTable();
        var (simple, steered) = ($"public.{s.NewName("view")}", $"public.{s.NewName("view")}");
        var function = Function(
            s,
            Feature,
            $"""
            if tg_op = 'INSERT' then
                insert into {table.Sql} (k, n) values (new.key, coalesce(new.amount, 0));
                new.amount := -1;
                return new;
            elsif tg_op = 'UPDATE' then
                update {table.Sql} set n = new.amount where k = old.key;
                return new;
            end if;
            if old.key > 12 then
                return null;
            end if;
            delete from {table.Sql} where k = old.key;
            return old;
            """);
        s.AddAfter(
            Feature,
            $"create view {simple} as select k, n, t from {table.Sql} where n < 6 with "
                + $"{s.PickOf("local", "cascaded")} check option",
            $"create view {steered} as select k as key, sum(n)::int as amount from {table.Sql} group by k",
            $"create trigger instead_of instead of insert or update or delete on "
                + $"{steered} for each row execute function {function}()");
        s.AddStep(
            () => new(Feature, $"insert into {simple} values ({s.K()}, {s.Next(9)}, 'v') returning *"),
            () => new(Feature, $"update {simple} set n = n + 2 where {s.Where()} returning *"),
            () => new(Feature, $"delete from {simple} where {s.Where()}"),
            () => new(Feature, $"insert into {steered} values ({s.K()}, {s.Next(9)}), ({s.K()}, 2) returning *"),
            () => new(Feature, $"update {steered} set amount = amount + 1 where key < {s.K()}"),
            () => new(Feature, $"delete from {steered} where key % 3 = {s.Next(3)}"));
    }

    public static void Rules(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Rules;
        var table = s.NewTable("ruled");
        var notes = Notes(s, Feature);
        var soft = s.NewTable("soft");
        (table.HasRules, soft.HasRules) = (true, true);
        s.AddAfter(
            Feature,
            $"create rule also as on insert to {table.Sql} do also insert into {notes} values ('also', new.k, new.n)",
            $"create rule changed as on update to {table.Sql} where old.n <> new.n do also "
            + $"update {notes} set n = new.n where k = old.k",
            $"create rule kept as on delete to {table.Sql} where old.n > 3 do instead nothing",
            $"create rule soft as on delete to {soft.Sql} do instead update {soft.Sql} set t = 'gone' where k = old.k");
        s.AddStep(
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => TableStatements.Next(s, soft) with { Feature = Feature },
            () => new(Feature, $"update {table.Sql} set n = n + {s.Next(3)} where {s.Where()}"),
            () => new(Feature, $"delete from {s.PickOf(table, soft).Sql} where {s.Where()}"));
    }

    public static void RowSecurity(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.RowSecurity;
        var table = s.AnyOrNewTable("secured");
        s.AddAfter(
            Feature,
            $"grant usage on schema {FuzzTable.Quote(table.Schema)} to {FeatureSchema.Role}",
            $"grant select, insert, update, delete on {table.Sql} to {FeatureSchema.Role}",
            $"alter table {table.Sql} enable row level security",
            $"create policy seen on {table.Sql} to {FeatureSchema.Role} using (n < 6) with check (n < 8)",
            $"create policy kept on {table.Sql} as restrictive for delete to {FeatureSchema.Role} using (k <> 3)");
        if (s.Chance(2))
        {
            s.AddAfter(
                Feature,
                $"alter table {table.Sql} force row level security",
                $"alter table {table.Sql} owner to {FeatureSchema.Role}");
        }

        FuzzStep As(string sql) => new(Feature, $"set role {FeatureSchema.Role}", sql, "reset role");
        s.AddStep(
            () => As(TableStatements.Statement(s, table, table.Sql)),
            () => As($"update {table.Sql} set n = n + 2 where {s.Where()} returning k, n"),
            () => As($"delete from {table.Sql}"),
            () => As($"truncate {table.Sql}"),
            () => As($"select count(*) from {table.Sql}"),
            () => As($"alter table {table.Sql} alter n set default {s.K()}") with { IsDdl = true },
            () => As($"alter table {table.Sql} add {s.NewName("own")} int default 1") with { IsDdl = true },
            () => new(
                Feature,
                $"alter table {table.Sql} {s.PickOf("force", "no force", "enable", "disable")} row level security")
            {
                IsDdl = true,
            });
    }

    /// <summary>A table that only what is behind the statements writes.</summary>
    private static string Notes(FeatureSchema s, FuzzFeature feature)
    {
        var name = $"public.{s.NewName("notes")}";
        s.AddType(feature, $"create table {name} (what text, k int, n int)");
        return name;
    }

    private static string Function(FeatureSchema s, FuzzFeature feature, string body)
    {
        var name = $"public.{s.NewName("on_row")}";
        s.AddAfter(feature, $"create function {name}() returns trigger language "
            + $"plpgsql as $body$ begin {body} end $body$");
        return name;
    }
}
