import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.h2.mvstore.MVMap;

/**
 * The backend with what tests need beside it. Users, where there are any, log in by SCRAM-SHA-256 and have one role each on all
 * databases: readWrite, read or none; it refuses in MongoDB's words and codes, and is not MongoDB's own check. Durable: what
 * is answered outlives a kill of the process, as a write with a journal does; the backend by itself saves once a second.
 */
final class TestBackend extends H2Backend {
  record User(String name, String password, String role) {}

  /** Opens its collections before its own fields could be set: what it needs is its backend's. */
  private final class Database extends H2Database {
    Database(String name) {
      super(name, getMvStore(), getCursorRegistry());
    }

    /** The maps are named as the server names them, which drops them by name. */
    @Override
    protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
      String full = getFullCollectionNamespace(name);
      MVMap<Object, Document> data = getMvStore().openMap("databases." + full);
      MVMap<String, Object> meta = getMvStore().openMap("meta." + full);
      return new TestCollection(this, name, options, data, meta, cursorRegistry);
    }
  }

  private static final class Session {
    String firstMessages;
    String nonce;
    User claimed;
    User user;
  }

  private static final byte[] SALT = "sixteen bytes...".getBytes(StandardCharsets.UTF_8);
  private static final int ITERATIONS = 4096;
  private static final Set<String> OPEN =
      Set.of("hello", "isMaster", "ismaster", "ping", "buildInfo", "buildinfo", "endSessions");
  private static final List<String> READING = List.of("find", "listCollections", "listIndexes");
  private static final List<String> WRITING =
      List.of("insert", "update", "remove", "createCollection", "createIndex");
  private static final Set<String> READING_COMMANDS =
      Set.of("find", "getMore", "killCursors", "aggregate", "count", "explain", "listCollections", "listIndexes");

  private final Map<String, User> users;
  private final boolean durable;
  private final Map<Channel, Session> sessions = new ConcurrentHashMap<>();

  TestBackend(String file, Map<String, User> users, boolean durable) {
    super(file);
    this.users = users;
    this.durable = durable;
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new Database(name);
  }

  @Override
  public Document handleMessage(MongoMessage message) {
    Document answer = users.isEmpty() ? super.handleMessage(message) : handleChecked(message);
    if (durable) commit();
    return answer;
  }

  private Document handleChecked(MongoMessage message) {
    Session session = sessions.computeIfAbsent(message.getChannel(), channel -> new Session());
    Document document = message.getDocument();
    String command = document.keySet().iterator().next();
    switch (command) {
      case "saslStart":
        return start(session, payload(document));
      case "saslContinue":
        return finish(session, payload(document));
      case "connectionStatus":
        return status(session, message.getDatabaseName());
      default:
        refuseWithoutRight(session, command, message.getDatabaseName());
        return super.handleMessage(message);
    }
  }

  @Override
  public void handleClose(Channel channel) {
    sessions.remove(channel);
    super.handleClose(channel);
  }

  private static void refuseWithoutRight(Session session, String command, String database) {
    if (OPEN.contains(command)) return;
    if (session.user == null)
      throw new MongoServerError(13, "Unauthorized", "Command " + command + " requires authentication");
    String role = session.user.role();
    if (role.equals("readWrite") || (role.equals("read") && READING_COMMANDS.contains(command))) return;
    throw new MongoServerError(
        13, "Unauthorized", "not authorized on " + database + " to execute command { " + command + ": 1 }");
  }

  private Document start(Session session, String first) {
    String bare = first.substring("n,,".length());
    session.claimed = users.get(field(bare, "n"));
    session.nonce = field(bare, "r") + UUID.randomUUID();
    String answer = "r=" + session.nonce + ",s=" + base64(SALT) + ",i=" + ITERATIONS;
    session.firstMessages = bare + "," + answer;
    return answer(answer, false);
  }

  private Document finish(Session session, String last) {
    String withoutProof = last.substring(0, last.lastIndexOf(",p="));
    byte[] proof = Base64.getDecoder().decode(field(last, "p"));
    if (session.claimed == null || !field(last, "r").equals(session.nonce)) throw failed();
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(session.claimed.password().toCharArray(), SALT, ITERATIONS, 256))
              .getEncoded();
      String all = session.firstMessages + "," + withoutProof;
      byte[] storedKey = sha256(hmac(salted, "Client Key"));
      byte[] signature = hmac(storedKey, all);
      byte[] clientKey = new byte[proof.length];
      for (int i = 0; i < proof.length; i += 1) clientKey[i] = (byte) (proof[i] ^ signature[i]);
      if (!MessageDigest.isEqual(sha256(clientKey), storedKey)) throw failed();
      session.user = session.claimed;
      return answer("v=" + base64(hmac(hmac(salted, "Server Key"), all)), true);
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  private static Document status(Session session, String database) {
    Document info = new Document("authenticatedUsers", List.of()).append("authenticatedUserPrivileges", List.of());
    User user = session.user;
    if (user != null) {
      info.put("authenticatedUsers", List.of(new Document("user", user.name()).append("db", "admin")));
      List<String> actions = new java.util.ArrayList<>(user.role().equals("none") ? List.of() : READING);
      if (user.role().equals("readWrite")) actions.addAll(WRITING);
      Document resource = new Document("db", database).append("collection", "");
      info.put(
          "authenticatedUserPrivileges",
          List.of(new Document("resource", resource).append("actions", actions)));
    }
    return new Document("authInfo", info).append("ok", 1.0);
  }

  private static Document answer(String payload, boolean done) {
    return new Document("conversationId", 1)
        .append("done", done)
        .append("payload", new BinData(payload.getBytes(StandardCharsets.UTF_8)))
        .append("ok", 1.0);
  }

  private static MongoServerError failed() {
    return new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
  }

  private static String payload(Document document) {
    Object payload = document.get("payload");
    byte[] bytes = payload instanceof BinData data ? data.getData() : (byte[]) payload;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String field(String message, String name) {
    for (String part : message.split(",")) if (part.startsWith(name + "=")) return part.substring(name.length() + 1);
    throw failed();
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
