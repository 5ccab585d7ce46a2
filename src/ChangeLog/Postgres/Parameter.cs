using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Postgres;

/// <summary>A typed statement parameter; nulls are typed too.</summary>
internal readonly struct Parameter
{
    private readonly Func<NpgsqlParameter> _make;

    private Parameter(Func<NpgsqlParameter> make) => _make = make;

    public static implicit operator Parameter(string? value) => Of(value, NpgsqlDbType.Text);

    public static implicit operator Parameter(string[] values) => Of(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static implicit operator Parameter(bool value) => Of(value, NpgsqlDbType.Boolean);

    public static implicit operator Parameter(int value) => Of(value, NpgsqlDbType.Integer);

    public static implicit operator Parameter(long value) => Of(value, NpgsqlDbType.Bigint);

    public static implicit operator Parameter(long? value) => Of(value, NpgsqlDbType.Bigint);

    public static implicit operator Parameter(long[] values) => Of(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static implicit operator Parameter(uint oid) => Of(oid, NpgsqlDbType.Oid);

    public static implicit operator Parameter(uint? oid) => Of(oid, NpgsqlDbType.Oid);

    public static implicit operator Parameter(ulong xid) => Of(xid, NpgsqlDbType.Xid8);

    public static implicit operator Parameter(Guid value) => Of(value, NpgsqlDbType.Uuid);

    public static implicit operator Parameter(Guid? value) => Of(value, NpgsqlDbType.Uuid);

    public static implicit operator Parameter(DateTime value) => Of(value, NpgsqlDbType.TimestampTz);

    public static implicit operator Parameter(DateTime? value) => Of(value, NpgsqlDbType.TimestampTz);

    public static implicit operator Parameter(TimeSpan value) => Of(value, NpgsqlDbType.Interval);

    public static Parameter Texts(IEnumerable<string> values) => values.ToArray();

    public static Parameter Oids(IEnumerable<uint> values) =>
        Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Oid);

    public static Parameter Xids(IEnumerable<ulong> values) =>
        Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Xid8);

    public static Parameter Json(string text) => Of(text, NpgsqlDbType.Jsonb);

    /// <summary>A new one at each call: a command keeps its parameters.</summary>
    public NpgsqlParameter Make(string name = "")
    {
        var parameter = _make();
        parameter.ParameterName = name;
        return parameter;
    }

    private static Parameter Of<T>(T value, NpgsqlDbType type) =>
        new(() => new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
}
