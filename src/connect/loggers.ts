/** Levels of logs that can be changed while the worker runs, by the dotted names of loggers. */
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const
export type Level = (typeof levels)[number]

export interface LevelOf {
  readonly level: Level
  /** Absent until somebody has changed it. */
  readonly lastModifiedMs: number | undefined
}

const rootLogger = 'root'
const mostLoggers = 1000

/** What is below the level that the process logs at stays silent in any case. */
export class Loggers {
  readonly #clock: Clock
  readonly #levels = new Map<string, LevelOf>([
    [rootLogger, { level: 'INFO', lastModifiedMs: undefined }],
  ])

  constructor(clock: Clock) {
    this.#clock = clock
  }

  all(): [string, LevelOf][] {
    return [...this.#levels].sort(([one], [other]) => (one < other ? -1 : 1))
  }

  /** The level that counts for this name: its own, or that of the nearest name above it. */
  of(name: string): LevelOf {
    for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const known = this.#levels.get(at)
      if (known !== undefined) return known
    }
    return this.#levels.get(rootLogger) ?? { level: 'INFO', lastModifiedMs: undefined }
  }

  /** Of this name and of all below it; gives those names. */
  set(name: string, level: Level): string[] {
    const changed = { level, lastModifiedMs: this.#clock.now() }
    const below = [...this.#levels.keys()].filter(
      (one) => name === rootLogger || one.startsWith(`${name}.`),
    )
    const names = [...new Set([name, ...below])].sort()
    for (const one of names) {
      if (this.#levels.has(one) || this.#levels.size < mostLoggers) this.#levels.set(one, changed)
    }
    return names
  }

  /** A logger that keeps to the level of this name. */
  wrap(name: string, logger: Logger): Logger {
    const at =
      (level: 'debug' | 'info' | 'warn' | 'error') =>
      (message: string, facts?: Record<string, unknown>) => {
        const lowest = levels.indexOf(this.of(name).level)
        if (levels.indexOf(level.toUpperCase() as Level) >= lowest) logger[level](message, facts)
      }
    return {
      ...{ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
      with: (facts) => {
        const below = facts.connector === undefined ? name : `${name}.${facts.connector}`
        return this.wrap(below, logger.with(facts))
      },
    }
  }
}

export function levelNamed(text: string): Level | undefined {
  return levels.find((one) => one === text.toUpperCase())
}
