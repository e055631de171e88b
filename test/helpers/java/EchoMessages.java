import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Message;

/** Reads lines "side key version hex" and writes each message back as Apache Kafka encodes it. */
public class EchoMessages {
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(echo(line.split(" ", -1)));
    }
  }

  private static String echo(String[] words) {
    try {
      var type = ApiMessageType.fromApiKey(Short.parseShort(words[1]));
      Message message = words[0].equals("request") ? type.newRequest() : type.newResponse();
      short version = Short.parseShort(words[2]);
      var source = ByteBuffer.wrap(HexFormat.of().parseHex(words[3]));
      message.read(new ByteBufferAccessor(source), version);
      if (source.hasRemaining()) return source.remaining() + " bytes are left";
      var cache = new ObjectSerializationCache();
      var target = ByteBuffer.allocate(message.size(cache, version));
      message.write(new ByteBufferAccessor(target), cache, version);
      return HexFormat.of().formatHex(target.array());
    } catch (RuntimeException error) {
      return error.toString();
    }
  }
}
