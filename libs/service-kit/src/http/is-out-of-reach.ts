/**
 * Postgres' classes: connection failed (08), no room for it in memory, connections or on the disk (53), it stops or starts (57P), and what it gave up: a statement
 * that took too long (57014), waiting for a lock (55P03), a transaction that said nothing (25P03); what the network says; Prisma's own words.
 */
const codes = /^(08...|25P03|53...|55P03|57014|57P0.|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|P1001|P1002|P1008|P1017|P2024)$/;
/** Of Prisma's adapter. */
const kinds = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
/** node-postgres tells these by their words alone. */
const words = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;
const depth = 6;

interface Link { code?: unknown; kind?: unknown; originalCode?: unknown; message?: unknown; cause?: unknown; meta?: { driverAdapterError?: unknown }; errors?: unknown }

/** Whether an error, or what caused it, says that what the call needs is away or overloaded for now: the same call may succeed later. */
export const isOutOfReach = (error: unknown, left = depth): boolean => {
  if (typeof error !== 'object' || error === null || left === 0) return false;
  const { code, kind, originalCode, message, cause, meta, errors } = error as Link;
  const isOne = [code, originalCode].some((value) => typeof value === 'string' && codes.test(value)) || (typeof kind === 'string' && kinds.test(kind)) || (typeof message === 'string' && words.test(message));
  return isOne || [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])].some((inner) => isOutOfReach(inner, left - 1));
};
