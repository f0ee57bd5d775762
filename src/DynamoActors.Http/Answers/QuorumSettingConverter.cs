using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Http.Answers;

/// <summary>A number, or a word.</summary>
internal sealed class QuorumSettingConverter : JsonConverter<QuorumSetting>
{
    /// <exception cref="NotSupportedException">Always: what a client sends is read with an error for each thing that may be
    /// wrong.</exception>
    public override QuorumSetting Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter json, QuorumSetting setting, JsonSerializerOptions options)
    {
        if (int.TryParse(setting.ToString(), out var number)) json.WriteNumberValue(number);
        else json.WriteStringValue(setting.ToString());
    }
}
