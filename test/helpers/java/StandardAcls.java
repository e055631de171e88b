import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Asks Apache Kafka's authorizer: lines of words between tabs, an answer for each question. */
public class StandardAcls {
  private static StandardAuthorizer authorizer;

  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      var words = List.of(line.split("\t", -1));
      switch (words.get(0)) {
        case "new" -> start(words.get(1), words.get(2));
        case "acl" -> authorizer.addAcl(Uuid.randomUuid(), acl(words));
        case "one" -> System.out.println(allows(words));
        case "any" -> System.out.println(allowsAny(words));
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private static void start(String superUsers, String allowEveryone) {
    authorizer = new StandardAuthorizer();
    authorizer.configure(
        Map.of(
            "node.id", "1",
            "super.users", superUsers,
            "allow.everyone.if.no.acl.found", allowEveryone));
    authorizer.withPluginMetrics(new PluginMetricsImpl(new Metrics(), Map.of()));
    authorizer.completeInitialLoad();
  }

  private static StandardAcl acl(List<String> words) {
    return new StandardAcl(
        ResourceType.fromCode(Byte.parseByte(words.get(1))),
        words.get(2),
        PatternType.fromCode(Byte.parseByte(words.get(3))),
        words.get(4),
        words.get(5),
        AclOperation.fromCode(Byte.parseByte(words.get(6))),
        AclPermissionType.fromCode(Byte.parseByte(words.get(7))));
  }

  private static boolean allows(List<String> words) {
    var type = ResourceType.fromCode(Byte.parseByte(words.get(4)));
    var resource = new ResourcePattern(type, words.get(5), PatternType.LITERAL);
    var actions = new ArrayList<Action>();
    actions.add(new Action(operation(words), resource, 1, false, false));
    return authorizer.authorize(context(words), actions).get(0) == AuthorizationResult.ALLOWED;
  }

  private static boolean allowsAny(List<String> words) {
    var type = ResourceType.fromCode(Byte.parseByte(words.get(4)));
    return authorizer.authorizeByResourceType(context(words), operation(words), type)
        == AuthorizationResult.ALLOWED;
  }

  private static AclOperation operation(List<String> words) {
    return AclOperation.fromCode(Byte.parseByte(words.get(3)));
  }

  private static AuthorizableRequestContext context(List<String> words) {
    var principal = words.get(1).split(":", 2);
    return new Context(new KafkaPrincipal(principal[0], principal[1]), words.get(2));
  }

  private record Context(KafkaPrincipal principal, String host)
      implements AuthorizableRequestContext {
    @Override
    public InetAddress clientAddress() {
      try {
        return InetAddress.getByName(host);
      } catch (java.net.UnknownHostException error) {
        throw new IllegalArgumentException(error);
      }
    }

    @Override
    public String listenerName() {
      return "PLAINTEXT";
    }

    @Override
    public SecurityProtocol securityProtocol() {
      return SecurityProtocol.PLAINTEXT;
    }

    @Override
    public int requestType() {
      return 0;
    }

    @Override
    public int requestVersion() {
      return 0;
    }

    @Override
    public String clientId() {
      return "";
    }

    @Override
    public int correlationId() {
      return 0;
    }
  }
}
