/** The product, running in one of its shapes, as the contract suite sees it. */
export interface Shape {
  /** The gateway. */
  url: string;
  /** Where two sockets connect: different realtime processes where there are several. */
  socketUrls: readonly [string, string];
  /** What the product was given as SECRET_KEY. */
  secretKey: string;
  /** What is stored, by direct SQL. */
  query<Row extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Gives the shape to tests: it starts in `beforeAll`, after they were declared. */
export type CurrentShape = () => Shape;
