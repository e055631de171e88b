import { type LogLevel, openLogger } from '../../platform/index.ts'
import type { Terminal } from '../terminal.ts'

const levels = ['warn', 'info', 'debug'] as const satisfies readonly LogLevel[]

/**
 * What Readers and Writers of a command have of the world: its environment, and a log on stderr, as
 * loud as `-v` says.
 */
export function surroundingsOf(
  { verbose = [] }: { verbose?: boolean[] },
  { stderr, environment }: Terminal,
) {
  const level = levels[Math.min(verbose.length, levels.length - 1)] ?? 'warn'
  const { isTTY = false } = stderr
  return {
    environment,
    ...(environment.HOME !== undefined && { homeFolder: environment.HOME }),
    logger: openLogger({ level, stderr: { fd: stderr.fd ?? 2, isTTY } }),
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
