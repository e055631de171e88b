import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/** Names of certificates in DER, in hexadecimal a line, as Java prints them, in base64. */
public class CertificateNames {
  public static void main(String[] args) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    for (String line; (line = lines.readLine()) != null; ) {
      var name = new X500Principal(HexFormat.of().parseHex(line)).getName();
      out.println(java.util.Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
