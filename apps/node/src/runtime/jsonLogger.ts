import { type DestinationStream, pino } from "pino";
import type { Logger } from "./logger.ts";

export type LogLevel = "info" | "warn" | "error" | "silent";

/** One line of JSON an event, to standard error by default. */
export function createJsonLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "event" };
  const log = pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
  return {
    info: (event, fields) => log.info(fields ?? {}, event),
    warn: (event, fields) => log.warn(fields ?? {}, event),
    error: (event, fields) => log.error(fields ?? {}, event),
  };
}
