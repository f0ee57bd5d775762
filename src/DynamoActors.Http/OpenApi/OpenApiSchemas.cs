using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Core.Quorum;
using DynamoActors.Http.Answers;

namespace DynamoActors.Http.OpenApi;

/// <summary>JSON Schema of the answers' records, with what their attributes say.</summary>
internal static class OpenApiSchemas
{
    public const string ProblemTypeName = "ProblemType";

    private static readonly JsonSchemaExporterOptions Exporting = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Transform
    };

    /// <summary>A reference to the type's schema, which is put among the others if it is not there yet.</summary>
    public static JsonObject Reference(JsonObject schemas, JsonTypeInfo type)
    {
        var name = type.Type.Name;
        if (!schemas.ContainsKey(name)) schemas[name] = type.GetJsonSchemaAsNode(Exporting);
        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    public static JsonObject ProblemType() => new()
    {
        ["type"] = "string",
        ["description"] = "Names the kind of problem, and never changes its meaning. The title is the status that it comes with.",
        ["oneOf"] = new JsonArray([.. ProblemKinds.All.Select(kind => new JsonObject
        {
            ["const"] = kind.Type,
            ["title"] = string.Join(", ", kind.Statuses),
            ["description"] = kind.Description,
        })]),
    };

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(QuorumSetting)) return Quorum();
        var shown = schema as JsonObject ?? [];
        if (type == typeof(ReadOnlyMemory<byte>)) shown["contentEncoding"] = "base64";
        // A change of a bucket's settings names only what it changes.
        if (shown["properties"] is JsonObject members && type != typeof(BucketProperties))
        {
            shown["required"] = new JsonArray([.. context.TypeInfo.Properties
                .Where(member => IsAlwaysThere(member) && members.ContainsKey(member.Name))
                    .Select(member => JsonValue.Create(member.Name))]);
        }

        return context.PropertyInfo is { } member ? Transform(member, shown) : shown;
    }

    private static JsonObject Transform(JsonPropertyInfo member, JsonObject schema)
    {
        if (member.Name == "type" && (member.DeclaringType == typeof(Problem) || member.DeclaringType == typeof(BatchResult)))
            return new JsonObject { ["$ref"] = $"#/components/schemas/{ProblemTypeName}" };
        if (!IsAlwaysThere(member) && schema["type"] is JsonArray types) schema["type"] = types[0]!.DeepClone();
        if (AttributeOf<DescriptionAttribute>(member) is { } description) schema["description"] = description.Description;
        if (AttributeOf<DataTypeAttribute>(member) != null) schema["format"] = "date-time";
        if (AttributeOf<AllowedValuesAttribute>(member) is { } allowed)
            schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create((string)value!))]);
        if (AttributeOf<RangeAttribute>(member) is { } range)
            (schema["minimum"], schema["maximum"]) = (Convert.ToInt64(range.Minimum), Convert.ToInt64(range.Maximum));
        if (AttributeOf<LengthAttribute>(member) is { } length)
            (schema["minItems"], schema["maxItems"]) = (length.MinimumLength, length.MaximumLength);
        return schema;
    }

    private static bool IsAlwaysThere(JsonPropertyInfo member) => AttributeOf<JsonIgnoreAttribute>(member) == null;

    private static T? AttributeOf<T>(JsonPropertyInfo member) where T : Attribute =>
        member.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true) is [T found, ..] ? found : null;

    private static JsonNode Quorum() => JsonNode.Parse(
        """
        {"description":"A number from 1 up, or one, quorum, all; null: the cluster's own.",
        "oneOf":[{"type":"integer","minimum":1},{"type":"string","enum":["one","quorum","all"]},{"type":"null"}]}
        """)!;
}
