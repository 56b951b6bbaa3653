import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/** Serves MongoDB's protocol from one file: [file] [port] [wire version]. The server's own wire version is too old for the driver. */
public final class MongoProtocolServer {
  public static void main(String[] arguments) {
    int wireVersion = Integer.parseInt(arguments[2]);
    MongoBackend backend = new H2Backend(arguments[0]).version(
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
