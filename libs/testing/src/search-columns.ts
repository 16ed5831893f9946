type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Where a text stands, in any column of any table of any schema that is ours, as `table.column`. For proving that something is kept nowhere: plant it first, and see it found. */
export const searchColumns = async (query: Query, sought: string): Promise<string[]> => {
  const columns = await query<{ place: string; table: string; column: string }>(
    `select format('%s.%s', c.table_name, c.column_name) as place, format('%I.%I', c.table_schema, c.table_name) as table, quote_ident(c.column_name) as column
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema') order by 1`);
  const found: string[] = [];
  for (const { place, table, column } of columns) {
    const rows = await query(`select 1 from ${table} where position(lower($1) in lower(${column}::text)) > 0 limit 1`, [sought]);
    if (rows.length > 0) found.push(place);
  }
  return found;
};
