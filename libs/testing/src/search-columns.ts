type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

interface Table { table: string; name: string; columns: string[] }

/** Where a text stands, in any column of any table of any schema that is ours, as `table.column`. For proving that something is kept nowhere: plant it first, and see it found. */
export const searchColumns = async (query: Query, sought: string): Promise<string[]> => {
  const tables = await query<Table>(
    `select format('%I.%I', c.table_schema, c.table_name) as table, c.table_name as name, array_agg(c.column_name::text order by c.column_name) as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema') group by 1, 2 order by 2`);
  const found: string[] = [];
  for (const { table, name, columns } of tables) {
    const holds = columns.map((column) => `bool_or(position(lower($1) in lower("${column}"::text)) > 0) as "${column}"`).join(', ');
    const [held] = await query<Record<string, boolean | null>>(`select ${holds} from ${table}`, [sought]);
    found.push(...columns.filter((column) => held?.[column] === true).map((column) => `${name}.${column}`));
  }
  return found;
};
