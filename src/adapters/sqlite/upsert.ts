/** Parameters: the key, then the columns, in order. */
export function upsert(row: { table: string; key: readonly string[]; columns: readonly string[] }): string {
  const all = [...row.key, ...row.columns];
  const changes = row.columns.map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${row.table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})
    ON CONFLICT (${row.key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}
