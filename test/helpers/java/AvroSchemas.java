import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Reads lines of schemas in Base64: prints the text of one, or what stands between a reader and a writer. */
public class AvroSchemas {
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(encoded(answer(line.split(" "))));
    }
  }

  private static String answer(String[] words) {
    try {
      var reader = parse(words[0]);
      return words.length == 1 ? reader.toString() : incompatibilities(reader, parse(words[1]));
    } catch (RuntimeException error) {
      return "error " + error.getMessage();
    }
  }

  private static String incompatibilities(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getIncompatibilities().stream()
        .map(found -> found.getType() + "|" + found.getLocation() + "|" + found.getMessage())
        .collect(Collectors.joining("\n"));
  }

  private static Schema parse(String text) {
    var bytes = Base64.getDecoder().decode(text);
    var parser = new Schema.Parser(NameValidator.STRICT_VALIDATOR);
    return parser.parse(new String(bytes, StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
