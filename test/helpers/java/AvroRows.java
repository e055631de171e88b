import java.io.File;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** Prints the records of Avro's files as lines of JSON, as lake_rows.py shows them. */
public class AvroRows {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  public static void main(String[] paths) throws Exception {
    var data = new GenericData();
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    data.addLogicalTypeConversion(new TimeConversions.DateConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    var out = new StringBuilder();
    for (var path : paths) {
      var rows = new GenericDatumReader<GenericRecord>(null, null, data);
      try (var file = new DataFileReader<>(new File(path), rows)) {
        for (var row : file) out.append(json(row)).append('\n');
      }
    }
    System.out.print(out);
  }

  private static String json(Object value) {
    if (value == null || value instanceof Number && !(value instanceof BigDecimal) || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof GenericRecord row) {
      var fields = new StringJoiner(",", "{", "}");
      for (var field : row.getSchema().getFields()) {
        fields.add(text(field.name()) + ":" + json(row.get(field.pos())));
      }
      return fields.toString();
    }
    if (value instanceof Map<?, ?> map) {
      var entries = new StringJoiner(",", "{", "}");
      map.forEach((key, one) -> entries.add(text(key.toString()) + ":" + json(one)));
      return entries.toString();
    }
    if (value instanceof Collection<?> items) {
      var all = new StringJoiner(",", "[", "]");
      for (var item : items) all.add(json(item));
      return all.toString();
    }
    if (value instanceof Instant time) return "{\"time\":" + time.toEpochMilli() + "}";
    if (value instanceof LocalDate date) return "{\"date\":\"" + date + "\"}";
    if (value instanceof LocalTime clock) return "{\"clock\":\"" + CLOCK.format(clock) + "\"}";
    if (value instanceof BigDecimal decimal) return "{\"decimal\":\"" + decimal.toPlainString() + "\"}";
    if (value instanceof ByteBuffer bytes) {
      return "{\"bytes\":\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"}";
    }
    return text(value.toString());
  }

  private static String text(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
