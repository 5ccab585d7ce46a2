using System.Text.Json;
using System.Text.Json.Serialization;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Terminal;

/// <summary>Serialises a table as schema.name in every verb's JSON.</summary>
internal sealed class TableNameText : JsonConverter<TableName>
{
    public override TableName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TableName.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, TableName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
