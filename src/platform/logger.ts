/** The log of the process, on stderr: a readable line on a terminal, a JSON object elsewhere. */
import { createRequire } from 'node:module'
import type { destination, pino } from 'pino'
import type { Logger } from '../base/logger.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  readonly level: LogLevel
  readonly stderr: { readonly fd: number; readonly isTTY?: boolean }
}

export function openLogger(options: LogOptions): Logger {
  let logger: pino.Logger | undefined
  // pino costs 11 ms to load: a start that has nothing to say does not pay it.
  return wrap(logLevels.indexOf(options.level), () => {
    logger ??= loadPino(options)
    return logger
  })
}

type Pino = typeof pino & { destination: typeof destination }

function loadPino({ level, stderr }: LogOptions): pino.Logger {
  const load = createRequire(import.meta.url)('pino') as Pino
  const lines = load.destination({ fd: stderr.fd, sync: true })
  const target = stderr.isTTY ? { write: (line: string) => lines.write(readable(line)) } : lines
  const options = {
    level,
    base: null,
    timestamp: load.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return load(options, target)
}

function wrap(lowest: number, pino: () => pino.Logger): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, facts: Record<string, unknown> = {}) => {
      if (logLevels.indexOf(level) >= lowest) pino()[level](facts, message)
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with(facts) {
      let child: pino.Logger | undefined
      return wrap(lowest, () => {
        child ??= pino().child(facts)
        return child
      })
    },
  }
}

/** `{"level":"warn","time":"2026-01-01T12:00:00.000Z","msg":"…","a":1}` as `12:00:00.000 warn … a=1`. */
function readable(line: string): string {
  const { level, time, msg, ...facts } = JSON.parse(line)
  const rest = Object.entries(facts).map(([name, value]) => `  ${name}=${printed(value)}`)
  return `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${msg}${rest.join('')}\n`
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
