import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;

/**
 * A line of input is either `name HEX`, a name of a certificate in DER, which is answered as Java
 * prints it, or `map RULES NAME`, in base64, which is answered with the principal that Kafka makes
 * of the name, or with ! where it makes none. Answers are in base64.
 */
public class CertificateNames {
  public static void main(String[] args) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    for (String line; (line = lines.readLine()) != null; ) {
      out.println(answer(line.split(" ", -1)));
    }
  }

  private static String answer(String[] asked) {
    if (asked[0].equals("name")) {
      return encoded(new X500Principal(HexFormat.of().parseHex(asked[1])).getName());
    }
    try {
      return encoded(SslPrincipalMapper.fromRules(decoded(asked[1])).getName(decoded(asked[2])));
    } catch (Exception error) {
      return "!";
    }
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }
}
