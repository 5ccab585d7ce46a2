namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>Features that are kinds of tables, or what tables are to each other.</summary>
internal static class RelationFeatures
{
    public static void Partitions(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Partitions;
        var table = s.NewTable("parted");
        var leaves = s.Next(3) switch
        {
            0 => ByRange(s, table),
            1 => ByList(table),
            _ => ByHash(table),
        };
        s.AddStep(
            () => new(
                Feature,
                $"update {table.Sql} set k = k + {s.PickOf(5, -5, 10)} where {s.Where()} returning k, n"),
            () => new(Feature, $"update {table.Sql} set k = {s.K()}, t = 'moved' where {s.Where()}"),
            () => TableStatements.Next(s, table, s.Pick(leaves)) with { Feature = Feature },
            () => new(Feature, $"truncate {s.Pick(leaves)}"),
            () => new(Feature, $"truncate only {s.Pick(leaves)}"),
            () => new(
                Feature,
                $"delete from {table.Sql} where tableoid = '{s.Pick(leaves)}'::regclass and {s.Where()}"));
    }

    public static void ChangingPartitions(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.ChangingPartitions;
        var table = s.NewTable("changing");
        table.Suffix = " partition by range (k)";
        var has = s.Chance(2);
        if (has)
        {
            table.MakeKey("k");
        }

        var first = $"public.{s.NewName("leaf")}";
        var second = $"public.{s.NewName("leaf")}";
        var apart = new FeatureTable("public", s.NewName("apart"));
        table.Then.AddRange(
            [
                $"create table {first} partition of {table.Sql} for values from (minvalue) to (5)",
                $"create table {second} partition of {table.Sql} default",
            ]);
        // its columns stand in another order, after one that is gone
        s.AddAfter(
            Feature,
            $"create table {apart.Sql} (gone text, n int default 0, k int not null, check (k >= 100 and k < 120))",
            $"alter table {apart.Sql} drop gone");
        foreach (var definition in table.Definitions.Where(d => !d.StartsWith("k ", StringComparison.Ordinal)
            && !d.StartsWith("n ", StringComparison.Ordinal)))
        {
            s.AddAfter(Feature, $"alter table {apart.Sql} add {definition}");
        }

        s.AddStep(
            () => new(Feature, $"insert into {apart.Sql} (k, n) values ({100 + s.Next(25)}, 1)"),
            () => new(Feature, $"update {apart.Sql} set n = n + 1 where n < 5 returning k, n"),
            () => new(Feature, $"truncate {apart.Sql}"),
            () => new(
                Feature,
                $"alter table {table.Sql} attach partition {apart.Sql} for values from (100) to "
                    + $"(120)") { IsDdl = true },
            () => new(Feature, $"alter table {table.Sql} detach partition {apart.Sql}") { IsDdl = true },
            () => new(Feature, $"alter table {table.Sql} detach partition {first}") { IsDdl = true },
            () => new(
                Feature,
                $"alter table {table.Sql} attach partition {first} for values from (minvalue) to (5)") { IsDdl = true },
            () => new(
                Feature,
                $"create table public.{s.NewName("leaf")} partition of {table.Sql} for values from (200) to (300)")
            {
                IsDdl = true,
            },
            () => new(Feature, $"drop table {second}") { IsDdl = true },
            () => new(
                Feature,
                $"alter table {table.Sql} detach partition {apart.Sql} concurrently") { IsDdl = true, Alone = true },
            () => new(Feature, $"update {table.Sql} set k = k + {s.PickOf(95, -95, 5)} where {s.Where()} returning k"),
            () => new(
                Feature,
                $"insert into {table.Sql} (k, n) select k + 200, n from {table.Sql} where k < 100 and {s.Where()}"),
            () => new(Feature, $"delete from {table.Sql} where k > 199 returning *"));
    }

    public static void Inheritance(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Inheritance;
        var parent = s.NewTable("parent");
        var child = s.NewTable("child");
        child.Definitions.Clear();
        child.Definitions.Add("own int default 1");
        child.Columns.Clear();
        child.Columns.Add(("t", ["'child'", "null"]));
        child.Columns.Add(("own", ["1", "2"]));
        child.Suffix = $" inherits ({parent.Sql})";
        var grandchild = s.NewTable("grandchild");
        grandchild.Definitions.Clear();
        grandchild.Columns.RemoveAll(c => c.Name != "t");
        grandchild.Suffix = $" inherits ({child.Sql})";
        s.AddStep(
            () => new(Feature, $"update {parent.Sql} set n = n + 1 where {s.Where()} returning tableoid::regclass, k"),
            () => new(Feature, $"update only {parent.Sql} set t = 'only' where {s.Where()}"),
            () => new(Feature, $"delete from {parent.Sql} where {s.Where()}"),
            () => new(Feature, $"delete from only {child.Sql} where {s.Where()}"),
            () => new(Feature, $"update {child.Sql} set own = own + 1 where {s.Where()} returning *"),
            () => new(Feature, $"truncate {s.PickOf("", "only ")}{s.PickOf(parent, child, grandchild).Sql}"),
            () => new(Feature, $"alter table {child.Sql} no inherit {parent.Sql}") { IsDdl = true },
            () => new(Feature, $"alter table {child.Sql} inherit {parent.Sql}") { IsDdl = true },
            () => new(Feature, $"alter table {parent.Sql} add {s.NewName("added")} int default 3") { IsDdl = true });
    }

    public static void ForeignKeys(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.ForeignKeys;
        string[] actions = ["cascade", "set null", "set default", "restrict", "no action"];
        string Reference(FeatureTable to) =>
            $"int default 1 references {to.Sql} on delete {s.Pick(actions)} on update {s.Pick(actions)}"
            + s.PickOf("", " deferrable", " deferrable initially deferred");
        var root = s.NewTable("root");
        root.MakeKey("k");
        root.Add("up", Reference(root), "1", "2", "3", "null", "k");
        var middle = s.NewTable("middle");
        middle.MakeKey("k");
        middle.Add("root_k", Reference(root), "1", "2", "3", "4", "null");
        var leaf = s.NewTable("leaf");
        leaf.Add("middle_k", Reference(middle), "1", "2", "3", "4", "null");
        leaf.Add("root_k", Reference(root), "1", "2", "3", "null");
        FeatureTable[] tables = [root, middle, leaf];
        // enough of them that the actions have something to do
        s.AddAfter(
            Feature,
            $"insert into {root.Sql} (k, n, up) values (1, 1, null), (2, 2, 1), (3, 3, 2), (4, 4, 1)",
            $"insert into {middle.Sql} (k, n, root_k) values (1, 1, 1), (2, 2, 3), (3, 3, 4)",
            $"insert into {leaf.Sql} (k, n, middle_k, root_k) values (1, 1, 1, 2), (2, 2, 2, 2), (3, 3, 3, 3)");
        s.AddStep(
            () => new(Feature, $"delete from {s.Pick(tables).Sql} where k = {s.Next(5)} returning k"),
            () => new(Feature, $"delete from {s.Pick(tables).Sql} where {s.Where()}"),
            () => new(Feature, $"update {s.Pick(tables).Sql} set k = k + 20 where k = {s.Next(5)}"),
            () => new(
                Feature,
                $"update {s.Pick(tables).Sql} set k = {s.Next(5)} where k > "
                    + $"15 and k = (select max(k) from {root.Sql})"),
            () => new(
                Feature,
                $"insert into {root.Sql} (k, n, up) values ({s.Next(5)}, 1, {s.Next(5)}) on conflict do nothing"),
            () => new(
                Feature,
                $"insert into {middle.Sql} (k, n, root_k) values ({s.Next(5)}, 1, {s.Next(5)}) on conflict do nothing"),
            () => new(Feature, $"insert into {leaf.Sql} (k, n, root_k) values ({s.Next(5)}, 1, {s.Next(5)})"),
            () => new(Feature, $"set constraints all {s.PickOf("deferred", "immediate")}"),
            () => new(
                Feature,
                $"with gone as (delete from {leaf.Sql} returning k) delete from "
                    + $"{root.Sql} where k in (select k from gone)"));
    }

    public static void Keys(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.Keys;
        var table = s.NewTable("keyed");
        var (type, value) = s.PickOf<(string, Func<string>)>(
            ("text", () => $"'K {s.K()}'"),
            ("uuid", () => $"'00000000-0000-4000-8000-0000000000{10 + s.Next(20)}'"),
            ("bytea", () => $"'\\x0{s.Next(10)}ff'"),
            ("numeric", () => $"{s.Next(4)}.{s.PickOf("0", "00", "5")}"),
            ("timestamptz", () => $"'2026-01-{10 + s.Next(20)} 12:00Z'"),
            ("jsonb", () => $"'{{\"a\": {s.K()}}}'"),
            ("int[]", () => $"'{{{s.K()},{s.K()}}}'"),
            ("inet", () => $"'10.0.0.{s.K()}'"));
        table.Add("key", type + " not null", value(), value(), value(), value());
        table.Add("id", s.PickOf("int", "text", "bigint") + s.PickOf("", " unique"), "1", "2", "3", "null");
        switch (s.Next(5))
        {
            case 0:
                table.MakeKey("key");
                break;
            case 1:
                table.MakeKey("k, key");
                break;
            case 2:
                table.MakeKey("key, n", "unique nulls not distinct");
                break;
            case 3:
                table.Then.Add($"create unique index on {table.Sql} (key) "
                    + $"{s.PickOf("", "where n > 2", "include (n)")}");
                break;
            default:
                break;
        }

        table.Then.Add($"alter table {table.Sql} replica identity {s.PickOf("full", "nothing", "default")}");
        s.AddStep(
            () => new(Feature, $"update {table.Sql} set key = {value()} where k = {s.K()} returning key"),
            () => new(
                Feature,
                $"insert into {table.Sql} (k, n, key, id) values ({s.K()}, 1, {value()}, '{s.Next(4)}')"),
            () => new(Feature, $"update {table.Sql} set id = null, key = {value()} where {s.Where()}"),
            () => new(Feature, $"delete from {table.Sql} where key = {value()}"),
            () => new(
                Feature,
                $"alter table {table.Sql} replica identity {s.PickOf("full", "nothing")}") { IsDdl = true });
    }

    public static void Unlogged(FeatureSchema s)
    {
        var table = s.NewTable("unlogged");
        table.Command = "create unlogged table";
        s.AddStep(
            () => TableStatements.Next(s, table) with { Feature = FuzzFeature.UnloggedTables },
            () => new(
                FuzzFeature.UnloggedTables,
                $"alter table {table.Sql} set {s.PickOf("logged", "unlogged")}") { IsDdl = true });
    }

    public static void Typed(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.TypedTables;
        s.AddType(Feature, "create type public.odd_row as (k int, n int, t text, extra jsonb)");
        var table = s.AddTable(
            new FeatureTable("public", s.NewName("typed")) { HasFixedColumns = true, TypeName = "public.odd_row" });
        table.Definitions.Clear();
        table.Definitions.Add(s.PickOf("primary key (k)", "n default 4", "n with options not null"));
        table.Columns.Add(("extra", ["'{}'", "'[1.0]'", "null"]));
        s.AddStep(
            () => TableStatements.Next(s, table) with { Feature = Feature },
            () => new(
                Feature,
                $"alter type public.odd_row add attribute {s.NewName("added")} text cascade") { IsDdl = true },
            () => new(Feature, $"alter table {table.Sql} not of") { IsDdl = true },
            () => new(Feature, $"alter table {table.Sql} of public.odd_row") { IsDdl = true });
    }

    public static void OddNames(FeatureSchema s)
    {
        const FuzzFeature Feature = FuzzFeature.OddNames;
        string[] schemas = ["Odd Schéma", "select", "a.b", "%I %s", "\"q\""];
        string[] names = ["UPPER", "Ünï cödé 表", "table", "it's", "dot.ted", "new", new string('x', 63)];
        var schema = s.Pick(schemas);
        s.AddType(Feature, $"create schema {FuzzTable.Quote(schema)}");
        var table = s.AddTable(new FeatureTable(schema, s.Pick(names)));
        string[] columns =
            ["Order", "user", "a\"b", "old", "id", "tg_op", "новое", "$1", "b\\c", "[redacted]", "tab\tbed"];
        foreach (var column in columns)
        {
            if (s.Chance(2))
            {
                table.Add(FuzzTable.Quote(column), s.PickOf("text", "int"), "'1'", "'2'", "null");
            }
        }

        s.AddStep(() => TableStatements.Next(s, table) with { Feature = Feature });
    }

    private static List<string> ByRange(FeatureSchema s, FeatureTable table)
    {
        table.Suffix = " partition by range (k)";
        if (s.Chance(2))
        {
            table.MakeKey("k");
        }

        string Leaf(string name) => $"public.{s.NewName(name)}";
        var (low, high, rest, odd, even) = (Leaf("low"), Leaf("high"), Leaf("rest"), Leaf("odd"), Leaf("even"));
        table.Then.AddRange(
            [
                $"create table {low} partition of {table.Sql} for values from (minvalue) to (5)",
                $"create table {high} partition of {table.Sql} for values from (5) to (20) partition by hash (k)",
                $"create table {odd} partition of {high} for values with (modulus 2, remainder 0)",
                $"create unlogged table {even} partition of {high} for values with (modulus 2, remainder 1)",
            ]);
        if (s.Chance(2))
        {
            table.Then.Add($"create table {rest} partition of {table.Sql} default");
        }

        return [low, odd, even, high];
    }

    private static List<string> ByList(FeatureTable table)
    {
        table.Suffix = " partition by list ((n % 3))";
        table.CannotHaveKey = true;
        var leaves = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            leaves.Add($"{table.Sql[..^1]} {i}\"");
            table.Then.Add($"create table {leaves[i]} partition of {table.Sql} " + (i == 2 ? "default" : $"for values "
                + $"in ({i})"));
        }

        return leaves;
    }

    private static List<string> ByHash(FeatureTable table)
    {
        table.Suffix = " partition by hash (t, k)";
        table.CannotHaveKey = true;
        var leaves = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            leaves.Add($"{table.Sql[..^1]} {i}\"");
            table.Then.Add($"create table {leaves[i]} partition of {table.Sql} for "
                + $"values with (modulus 3, remainder {i})");
        }

        return leaves;
    }
}
