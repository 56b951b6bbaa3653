import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import java.util.stream.StreamSupport;

/**
 * The backend of benchmarks: documents and the index on _id are in maps. The other backend turns keys into bytes anew whenever
 * it compares two of them, which is most of its time, and nothing that MongoDB does.
 */
final class QuickBackend extends MemoryBackend {
  @Override
  public MemoryDatabase openOrCreateDatabase(String name) {
    return new Database(name, getCursorRegistry());
  }

  private static final class Database extends MemoryDatabase {
    Database(String name, CursorRegistry cursors) {
      super(name, cursors);
    }

    @Override
    protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
      return new Collection(this, name, options, cursorRegistry);
    }
  }

  private static final class Collection extends MemoryCollection {
    Collection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
      super(database, name, options, cursors);
    }

    @Override
    protected QueryResult queryDocuments(
        Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
      if (!ById.isOneAndMore(query)) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
      QueryResult found = super.queryDocuments(ById.alone(query), null, 0, 0, 0, null);
      var documents = StreamSupport.stream(found.spliterator(), false);
      return matchDocumentsFromStream(documents, query, orderBy, skip, limit, batchSize, fields);
    }
  }
}
