import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.stream.StreamSupport;
import org.h2.mvstore.MVMap;

/** A collection in a file that finds documents as ById says. */
final class TestCollection extends H2Collection {
  TestCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> data,
      MVMap<String, Object> meta,
      CursorRegistry cursors) {
    super(database, name, options, data, meta, cursors);
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
