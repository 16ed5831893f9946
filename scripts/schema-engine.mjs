// Prisma's schema engine as WebAssembly, on a scratch database: what its commands do without downloading the native one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { root } from './start/root.mjs';

const schemaPath = join(root, 'prisma/schema.prisma');
const internalCharacter = 18;
const text = 25;

/**
 * The engine reads Postgres's catalogue, whose columns of type "char" (OID 18) the adapter refuses:
 * they go through it as text and are named characters afterwards.
 */
class CataloguePg extends PrismaPg {
  async connect() {
    const adapter = await super.connect();
    const performIO = adapter.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    let columns = [];
    adapter.performIO = async (query) => {
      const result = await performIO(query);
      columns = (result.fields ?? []).map(({ dataTypeID }) => dataTypeID);
      for (const field of result.fields ?? []) if (field.dataTypeID === internalCharacter) field.dataTypeID = text;
      return result;
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      columns.forEach((type, index) => { if (type === internalCharacter) result.columnTypes[index] = ColumnTypeEnum.Character; });
      return result;
    };
    return adapter;
  }
}

const loadEngine = async () => {
  const require = createRequire(import.meta.url);
  const file = join(dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')), 'schema_engine_bg.wasm');
  // The engine reports a panic by this name.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => { throw new Error(`Prisma's schema engine panicked: ${message}`); } };
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
};

/**
 * The SQL that leads from a database to prisma/schema.prisma.
 * @returns undefined when they agree
 */
export const differenceToSchema = async (databaseUrl) => {
  const SchemaEngine = await loadEngine();
  const files = [{ path: schemaPath, content: readFileSync(schemaPath, 'utf8') }];
  const adapter = bindMigrationAwareSqlAdapterFactory(new CataloguePg({ connectionString: databaseUrl, max: 1, idleTimeoutMillis: 100 }));
  const engine = await SchemaEngine.new({ datamodels: files.map(({ path, content }) => [path, content]) }, () => {}, adapter);
  const { exitCode, stdout } = await engine.diff({
    from: { tag: 'schemaDatasource', files, configDir: dirname(schemaPath) },
    to: { tag: 'schemaDatamodel', files },
    script: true, shadowDatabaseUrl: null, exitCode: true, filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? undefined : stdout;
};
