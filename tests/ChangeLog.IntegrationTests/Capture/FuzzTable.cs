using System.Globalization;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>One table of a random shape, and random statements on it.</summary>
internal sealed class FuzzTable
{
    /// <summary>A column of every table, unique and never updated, by which rows are found again.</summary>
    public const string Marker = "\"row marker\"";

    public const string Types =
        """
        create type public.mood as enum ('so so', 'well', 'it''s "bad"');
        create type public.pair as (a int, "b c" text, n numeric);
        create domain public.short as text check (length(value) < 100);
        create domain public.pairs as public.pair[];
        """;

    /// <summary>Types and values as SQL, the same at any time and in any database.</summary>
    public static readonly (string Type, string[] Values)[] Kinds =
    [
        ("int", ["1", "-7", "2147483647"]),
        ("bigint", ["9007199254740993", "0"]),
        ("numeric", ["1", "1.0", "1.00", "'NaN'", "1e50", "-0.000", "'123456789012345678901234567890.123'"]),
        ("numeric(10,2)", ["1.5", "2"]),
        ("double precision", ["0.1", "'NaN'", "'-Infinity'", "1e308", "-0.0::float8", "0.30000000000000004"]),
        ("real", ["0.1", "'Infinity'", "3.4e38"]),
        ("text", ["''", "'null'", "'1'", "E'a\\n\"b\"\\\\'", "'ü😀'", "repeat('long ', 2000)"]),
        ("varchar(20)", ["'x'", "'true'"]),
        ("char(5)", ["'x'"]),
        ("name", ["'a name'"]),
        ("boolean", ["true", "false"]),
        ("json", ["'{\"a\": 1, \"a\": 2}'", "'[1, 2 ]'", "'1'", "'\"1\"'"]),
        ("jsonb", [
            "'1'", "'\"1\"'", "'1.0'", "'{\"a\": [1.0, null]}'", "'{\"a\": [1.00, null]}'",
            "'[]'", "'{}'", "'\"{}\"'"]),
        ("uuid", ["'6f1c2a7e-0000-4000-8000-00000000000a'", "'6f1c2a7e-0000-4000-8000-00000000000b'"]),
        ("bytea", ["'\\x'", "'\\x00ff'"]),
        ("timestamptz", [
            "'2026-11-20 10:14:03.118Z'", "'infinity'", "'2024-03-31 01:30+01'", "'0044-03-15 12:00+00 BC'"]),
        ("timestamp", ["'2024-02-29 12:00'", "'-infinity'"]),
        ("date", ["'2024-02-29'", "'infinity'"]),
        ("time", ["'23:59:59.999999'"]),
        ("timetz", ["'12:00+05:30'"]),
        ("interval", ["'1 year -3 days 04:05:06.7'", "'0'"]),
        ("money", ["12.5::numeric::money", "(-1)::numeric::money"]),
        ("inet", ["'10.0.0.1/8'", "'::1'"]),
        ("macaddr", ["'08:00:2b:01:02:03'"]),
        ("bit varying(8)", ["'101'"]),
        ("point", ["'(1.5,-2)'"]),
        ("polygon", ["'((0,0),(1,1),(1,0))'"]),
        ("tsvector", ["to_tsvector('simple', 'a fat cat')"]),
        ("xml", ["'<a>1</a>'::xml", "'<b/>'::xml"]),
        ("int4range", ["'[1,5)'", "'empty'"]),
        ("tstzrange", ["tstzrange('2026-11-20 10:14Z', 'infinity')"]),
        ("nummultirange", ["'{[1.0,2.0),[3,4]}'"]),
        ("int[]", ["'{}'", "'{1,NULL,3}'", "'[0:1]={1,2}'", "'{{1,2},{3,4}}'"]),
        ("text[]", ["'{a,\"b,c\",NULL}'"]),
        ("json[]", ["array['1'::json, null]"]),
        ("jsonb[]", ["array['\"1\"'::jsonb, '1']"]),
        ("public.mood", ["'so so'", "'it''s \"bad\"'"]),
        ("public.mood[]", ["'{well}'"]),
        ("public.pair", ["row(1, 'x', 1.0)", "row(1, 'x', 1.00)", "row(null, null, null)"]),
        ("public.pair[]", ["array[row(1, 'x', 1.0)::public.pair]"]),
        ("public.short", ["'short'"]),
        ("public.pairs", ["array[row(1, 'x', 1.0)::public.pair]"]),
        ("regclass", ["'pg_class'", "'pg_type'"]),
        ("pg_lsn", ["'0/16B3748'"]),
        ("oid", ["4294967295"]),
    ];

    private static readonly string[] OddNames =
        [
            "id", "created_at", "Odd Name", "it's", "a\"b", "select", "new", "old", "tg_op", "new_data", "xid",
            "%s", "ключ", "b\\c", "$1"];

    private static readonly string[] OddSettings =
    [
        "set local timezone = 'Asia/Kolkata'", "set local datestyle = 'German'", "set local intervalstyle = 'iso_8601'",
        "set local bytea_output = 'escape'", "set local extra_float_digits = 0",
        "set local plpgsql.extra_errors = 'all'", "set local plan_cache_mode = force_custom_plan", "select 1",
    ];

    private readonly Random _random;
    private readonly List<(string Name, string[] Values)> _columns = [];
    private int _rows;

    public FuzzTable(Random random, int number, IReadOnlyCollection<string> missingTypes)
    {
        _random = random;
        Name = "public." + Quote(Pick(OddNames) + " " + number.ToString(CultureInfo.InvariantCulture));
        var kinds = Kinds.Where(k => !missingTypes.Contains(k.Type)).ToList();
        var definitions = new List<string> { $"{Marker} int not null" };
        var names = OddNames.OrderBy(_ => _random.Next()).Take(_random.Next(1, OddNames.Length)).ToList();
        foreach (var name in names)
        {
            var (type, values) = Pick(kinds);
            _columns.Add((Quote(name), values));
            definitions.Add($"{Quote(name)} {type}");
        }

        if (_random.Next(3) == 0)
        {
            definitions.Add($"made text generated always as ({Marker}::text || 'x') stored");
        }

        switch (_random.Next(4))
        {
            case 0:
                definitions.Add($"primary key ({Marker})");
                break;
            case 1:
                definitions.Add("\"half key\" text not null default 'h'");
                definitions.Add($"primary key (\"half key\", {Marker})");
                break;
            case 2:
                definitions.Add($"unique ({Marker})");
                break;
            default:
                break;
        }

        Create = $"create table {Name} ({string.Join(", ", definitions)})";
        if (_random.Next(4) == 0)
        {
            // a dropped column leaves a hole in the row
            Create += $"; alter table {Name} add column gone text; alter table {Name} drop column gone";
        }
    }

    public string Name { get; }

    public string Create { get; }

    public bool NextIsUndone() => _random.Next(6) == 0;

    public string Settings() => Pick(OddSettings);

    public string Statement()
    {
        var column = Pick(_columns);
        return _random.Next(10) switch
        {
            < 4 => Insert(),
            < 6 => $"update {Name} set {column.Name} = {Value(column.Values)} where {Marker} % 3 = {_random.Next(3)}",
            6 => $"update {Name} set {string.Join(", ", _columns.Select(c => $"{c.Name} = {Value(c.Values)}"))}",
            7 => $"update {Name} set {column.Name} = {column.Name}",
            8 => $"delete from {Name} where {Marker} % 5 = {_random.Next(5)}",
            _ =>
                $"with gone as (delete from {Name} where {Marker} % 7 = 0) update {Name} set {column.Name} = null "
                + $"where {Marker} % 7 = 1",
        };
    }

    public static string Quote(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private string Insert()
    {
        var rows = Enumerable.Range(0, _random.Next(1, 5)).Select(
            _ => $"({++_rows}, {string.Join(", ", _columns.Select(c => Value(c.Values)))})");
        return $"insert into {Name} ({Marker}, {string.Join(", ", _columns.Select(c => c.Name))}) "
            + $"values {string.Join(", ", rows)}";
    }

    private string Value(string[] values) => _random.Next(5) == 0 ? "default" : Pick(values);

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
