import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields that never reach a log, wherever they stand up to three levels deep. */
const secretFields = ['token', 'refreshToken', 'password', 'currentPassword', 'otp', 'authorization', 'cookie', 'secretKey', 'passwordHash', 'secret', 'uri', 'recoveryCodes'];
const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);

/** An error without the connection that pg hangs on it: thousands of characters, and what was asked on it. */
const errorFields = (error: Error): unknown => {
  const fields: unknown = pino.stdSerializers.err(error);
  if (typeof fields !== 'object' || fields === null || !('client' in fields)) return fields;
  const { client: _connection, ...others } = fields;
  return others;
};

/** One JSON line per event on standard output, with tokens, passwords and codes redacted. */
export const createLogger = (options: { level: string; service: string; destination?: DestinationStream }): Logger =>
  pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      serializers: { err: errorFields },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    ...(options.destination ? [options.destination] : []),
  );
