import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Reads lines of JSON, each a record for a transform or a value for a converter, and writes what
 * Kafka Connect makes of it; test/helpers/connect-data.ts has the other end of this notation.
 */
public class ConnectData {
  private static final JsonNodeFactory json = JsonNodeFactory.instance;
  private static final HexFormat hex = HexFormat.of();

  public static void main(String[] arguments) throws Exception {
    var mapper = new ObjectMapper();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new java.io.PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode answer;
      try {
        answer = answer(mapper.readTree(line));
      } catch (Throwable error) {
        answer = json.objectNode().put("error", String.valueOf(error.getMessage()));
      }
      out.println(mapper.writeValueAsString(answer));
    }
    out.flush();
  }

  private static JsonNode answer(JsonNode asked) throws Exception {
    var config = new HashMap<String, Object>();
    asked.get("config").fields().forEachRemaining(e -> config.put(e.getKey(), e.getValue().asText()));
    Object member = Class.forName(asked.get("type").asText()).getDeclaredConstructor().newInstance();
    switch (asked.get("do").asText()) {
      case "transform": return transformed(member, config, asked.get("record"));
      case "toConnect": return toConnect(member, config, bytes(asked.get("bytes")));
      default: {
        Schema schema = schema(asked.get("schema"));
        return fromConnect(member, config, schema, value(schema, asked.get("value")));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static JsonNode transformed(Object member, Map<String, ?> config, JsonNode asked) {
    var transformation = (Transformation<SinkRecord>) member;
    transformation.configure(config);
    SinkRecord record = transformation.apply(record(asked));
    return record == null ? json.nullNode() : shown(record);
  }

  private static JsonNode toConnect(Object member, Map<String, Object> config, byte[] bytes) {
    SchemaAndValue data;
    if (member instanceof Converter converter) {
      converter.configure(config, false);
      data = converter.toConnectData("topic", bytes);
    } else {
      ((HeaderConverter) member).configure(config);
      data = ((HeaderConverter) member).toConnectHeader("topic", "header", bytes);
    }
    var answer = json.objectNode();
    answer.set("schema", shown(data == null ? null : data.schema()));
    answer.set("value", shown(data == null ? null : data.value()));
    return answer;
  }

  private static JsonNode fromConnect(Object member, Map<String, Object> config, Schema schema, Object value) {
    byte[] bytes;
    if (member instanceof Converter converter) {
      converter.configure(config, false);
      bytes = converter.fromConnectData("topic", schema, value);
    } else {
      ((HeaderConverter) member).configure(config);
      bytes = ((HeaderConverter) member).fromConnectHeader("topic", "header", schema, value);
    }
    return bytes == null ? json.nullNode() : json.textNode(hex.formatHex(bytes));
  }

  private static SinkRecord record(JsonNode asked) {
    Schema keySchema = schema(asked.get("keySchema"));
    Schema valueSchema = schema(asked.get("valueSchema"));
    var headers = new ConnectHeaders();
    for (JsonNode header : asked.get("headers")) {
      Schema schema = schema(header.get(1));
      headers.add(header.get(0).asText(), new SchemaAndValue(schema, value(schema, header.get(2))));
    }
    JsonNode timestamp = asked.get("timestamp");
    return new SinkRecord(
        asked.get("topic").asText(),
        asked.get("partition").asInt(),
        keySchema,
        value(keySchema, asked.get("key")),
        valueSchema,
        value(valueSchema, asked.get("value")),
        asked.get("offset").asLong(),
        timestamp.isNull() ? null : timestamp.asLong(),
        TimestampType.CREATE_TIME,
        headers);
  }

  private static ObjectNode shown(SinkRecord record) {
    var shown = json.objectNode();
    shown.put("topic", record.topic());
    shown.set("keySchema", shown(record.keySchema()));
    shown.set("key", shown(record.key()));
    shown.set("valueSchema", shown(record.valueSchema()));
    shown.set("value", shown(record.value()));
    ArrayNode headers = shown.putArray("headers");
    for (Header header : record.headers()) {
      headers.addArray().add(header.key()).add(shown(header.schema())).add(shown(header.value()));
    }
    return shown;
  }

  private static Schema schema(JsonNode node) {
    if (node == null || node.isNull()) return null;
    var type = Schema.Type.valueOf(node.get("type").asText().toUpperCase());
    Map<String, String> parameters = null;
    if (node.has("parameters")) {
      parameters = new LinkedHashMap<>();
      for (var entry : (Iterable<Map.Entry<String, JsonNode>>) () -> node.get("parameters").fields())
        parameters.put(entry.getKey(), entry.getValue().asText());
    }
    List<Field> fields = null;
    if (node.has("fields")) {
      fields = new ArrayList<>();
      for (JsonNode field : node.get("fields"))
        fields.add(new Field(field.get("name").asText(), fields.size(), schema(field.get("schema"))));
    }
    Schema bare = schema(node, type, null, parameters, fields);
    return node.has("default")
        ? schema(node, type, value(bare, node.get("default")), parameters, fields)
        : bare;
  }

  private static Schema schema(
      JsonNode node, Schema.Type type, Object byDefault, Map<String, String> parameters, List<Field> fields) {
    return new ConnectSchema(
        type,
        node.get("optional").asBoolean(),
        byDefault,
        node.has("name") ? node.get("name").asText() : null,
        node.has("version") ? node.get("version").asInt() : null,
        node.has("doc") ? node.get("doc").asText() : null,
        parameters,
        fields,
        schema(node.get("keys")),
        schema(node.get("values")));
  }

  private static JsonNode shown(Schema schema) {
    if (schema == null) return json.nullNode();
    var shown = json.objectNode();
    shown.put("type", schema.type().getName());
    shown.put("optional", schema.isOptional());
    if (schema.name() != null) shown.put("name", schema.name());
    if (schema.version() != null) shown.put("version", schema.version());
    if (schema.doc() != null) shown.put("doc", schema.doc());
    if (schema.parameters() != null && !schema.parameters().isEmpty()) {
      var parameters = shown.putObject("parameters");
      schema.parameters().forEach(parameters::put);
    }
    if (schema.defaultValue() != null) shown.set("default", shown(schema.defaultValue()));
    if (schema.type() == Schema.Type.STRUCT) {
      var fields = shown.putArray("fields");
      for (Field field : schema.fields())
        fields.addObject().put("name", field.name()).set("schema", shown(field.schema()));
    }
    boolean isMap = schema.type() == Schema.Type.MAP;
    if (isMap && schema.keySchema() != null) shown.set("keys", shown(schema.keySchema()));
    if ((isMap || schema.type() == Schema.Type.ARRAY) && schema.valueSchema() != null)
      shown.set("values", shown(schema.valueSchema()));
    return shown;
  }

  private static Object value(Schema schema, JsonNode node) {
    if (node == null || node.isNull()) return null;
    if (node.isBoolean()) return node.booleanValue();
    if (node.isTextual()) return node.textValue();
    if (node.isArray()) {
      var list = new ArrayList<Object>();
      for (JsonNode one : node) list.add(value(schema == null ? null : schema.valueSchema(), one));
      return list;
    }
    var entry = node.fields().next();
    JsonNode inner = entry.getValue();
    switch (entry.getKey()) {
      case "whole": return whole(schema, new BigInteger(inner.asText()));
      case "float": {
        if (schema != null && schema.type() == Schema.Type.FLOAT32) return Float.valueOf(inner.asText());
        return Double.valueOf(inner.asText());
      }
      case "bytes": return bytes(inner);
      case "date": return new Date(inner.asLong());
      case "decimal": return new BigDecimal(new BigInteger(inner.get(0).asText()), inner.get(1).asInt());
      case "struct": {
        var struct = new Struct(schema);
        for (Field field : schema.fields()) struct.put(field, value(field.schema(), inner.get(field.name())));
        return struct;
      }
      default: {
        var map = new LinkedHashMap<Object, Object>();
        for (JsonNode pair : inner) {
          map.put(
              value(schema == null ? null : schema.keySchema(), pair.get(0)),
              value(schema == null ? null : schema.valueSchema(), pair.get(1)));
        }
        return map;
      }
    }
  }

  private static Object whole(Schema schema, BigInteger number) {
    if (schema == null) return number.longValueExact();
    switch (schema.type()) {
      case INT8: return number.byteValueExact();
      case INT16: return number.shortValueExact();
      case INT32: return number.intValueExact();
      case FLOAT32: return number.floatValue();
      case FLOAT64: return number.doubleValue();
      default: return number.longValueExact();
    }
  }

  private static JsonNode shown(Object value) {
    if (value == null) return json.nullNode();
    if (value instanceof Boolean flag) return json.booleanNode(flag);
    if (value instanceof String text) return json.textNode(text);
    var shown = json.objectNode();
    if (value instanceof BigDecimal decimal) {
      shown.putArray("decimal").add(decimal.unscaledValue().toString()).add(decimal.scale());
    } else if (value instanceof Float || value instanceof Double) {
      shown.put("float", Double.toString(((Number) value).doubleValue()));
    } else if (value instanceof Number) {
      shown.put("whole", value.toString());
    } else if (value instanceof byte[] bytes) {
      shown.put("bytes", hex.formatHex(bytes));
    } else if (value instanceof ByteBuffer buffer) {
      shown.put("bytes", hex.formatHex(buffer.array()));
    } else if (value instanceof Date date) {
      shown.put("date", Long.toString(date.getTime()));
    } else if (value instanceof List<?> list) {
      var array = json.arrayNode();
      for (Object one : list) array.add(shown(one));
      return array;
    } else if (value instanceof Map<?, ?> map) {
      var pairs = shown.putArray("map");
      map.forEach((key, one) -> pairs.addArray().add(shown(key)).add(shown(one)));
    } else if (value instanceof Struct struct) {
      var fields = shown.putObject("struct");
      for (Field field : struct.schema().fields())
        fields.set(field.name(), shown(struct.getWithoutDefault(field.name())));
    } else {
      throw new IllegalArgumentException("unknown: " + value.getClass());
    }
    return shown;
  }

  private static byte[] bytes(JsonNode node) {
    return node.isNull() ? null : hex.parseHex(node.asText());
  }
}
