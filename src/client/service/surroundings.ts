import { homedir } from 'node:os'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom } from '../../base/random.ts'

/** Where files, keys and configuration servers are looked for; a test has its own. */
export interface ServiceSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly homeFolder: string
  readonly workingFolder: string
  readonly fetch: typeof fetch
  readonly logger: Logger
  readonly random: Random
}

export type ResolveOptions = Partial<ServiceSurroundings>

export function surroundingsOf(options: ResolveOptions): ServiceSurroundings {
  return {
    environment: options.environment ?? process.env,
    homeFolder: options.homeFolder ?? homedir(),
    workingFolder: options.workingFolder ?? process.cwd(),
    fetch: options.fetch ?? fetch,
    logger: options.logger ?? silentLogger,
    random: options.random ?? systemRandom,
  }
}
