import type { DestinationStream } from 'pino';

interface LogLine { time?: string; level?: string; service?: string; msg?: string; err?: { message?: string; stack?: string }; [field: string]: unknown }

const known = new Set(['time', 'level', 'service', 'msg', 'err', 'pid']);

const detailsOf = (line: LogLine): string =>
  Object.entries(line).filter(([name]) => !known.has(name)).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('');

/** `16:04:05 warn auth: what happened detail=1`, for people at a terminal. */
const brief = (text: string): string => {
  let line: LogLine;
  try { line = JSON.parse(text) as LogLine; } catch { return text; }
  const { time = '', level = '', service = '', msg = '', err } = line;
  const error = err === undefined ? '' : `\n  ${err.stack ?? err.message ?? ''}`;
  return `${time.slice(11, 19)} ${level} ${service}: ${msg}${detailsOf(line)}${error}\n`;
};

/** Where a process writes its log lines so that people read them with ease. */
export const createBriefLog = (write: (text: string) => void): DestinationStream => ({ write: (text) => { write(brief(text)); } });
