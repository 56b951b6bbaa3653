import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Serves MongoDB's protocol from one file, or from memory (QuickBackend, without users): [file, or "memory"] [port] [wire version] [name:password:role ...].
 * The server's own wire version is too old for the driver. Where there are users, one must log in. `-Ddurable=true`: see
 * TestBackend.
 */
public final class MongoProtocolServer {
  public static void main(String[] arguments) {
    int wireVersion = Integer.parseInt(arguments[2]);
    Map<String, TestBackend.User> users = new HashMap<>();
    for (int i = 3; i < arguments.length; i += 1) {
      String[] user = arguments[i].split(":");
      users.put(user[0], new TestBackend.User(user[0], user[1], user[2]));
    }
    MongoBackend backend =
        arguments[0].equals("memory")
            ? new QuickBackend()
            : new TestBackend(arguments[0], users, Boolean.getBoolean("durable"));
    backend.version(
        new MongoVersion() {
          @Override
          public List<Integer> getVersionArray() {
            return wireVersion >= 13 ? List.of(5, 0, 0) : List.of(4, 0, 0);
          }

          @Override
          public int getWireVersion() {
            return wireVersion;
          }
        });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
  }
}
