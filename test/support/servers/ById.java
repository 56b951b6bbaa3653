import de.bwaldvogel.mongo.bson.Document;

/**
 * An index on _id as MongoDB has it: a query that names an _id and more looks at that one document. By themselves the
 * server's collections read all of their documents for every such query, and thus for every conditional write.
 */
final class ById {
  private ById() {}

  static boolean isOneAndMore(Document query) {
    Object id = query.get("_id");
    return (id instanceof String || id instanceof Number) && query.size() > 1;
  }

  static Document alone(Document query) {
    return new Document("_id", query.get("_id"));
  }
}
