import type { Socket as EngineConnection } from 'engine.io';

/** The connections of an Engine.IO server by their ids, whether they have entered the namespace or not. Private to engine.io, and absent where nothing is served. */
export const connectionsOf = (engine: object | undefined): Readonly<Record<string, EngineConnection>> =>
  (engine as { clients?: Record<string, EngineConnection> } | undefined)?.clients ?? {};
