/**
 * The connectors that a worker's configuration names, kept as it says: those that differ are
 * written, and those that it named before and names no longer are deleted. What others name, and
 * what came by REST, is left alone.
 */
import { isDeepStrictEqual } from 'node:util'
import { isError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { sentenceOf } from './errors.ts'
import type { ConfigStore, ConnectorConfig } from './state/config-store.ts'

export interface Declaration {
  /** Who declares: the same after a restart, and another for each worker of a group. */
  readonly owner: string
  /** What the owner was called before, or the same: what it declared by that name is its own. */
  readonly former: string
  readonly connectors: Readonly<Record<string, ConnectorConfig>>
  readonly configs: ConfigStore
  readonly put: (name: string, config: ConnectorConfig) => Promise<void>
  readonly remove: (name: string) => Promise<void>
  readonly logger: Logger
  /** Told of each change before it is made. */
  readonly onChange?: OnDeclared | undefined
}

export type OnDeclared = (
  name: string,
  there: ConnectorConfig | undefined,
  wanted: ConnectorConfig | undefined,
) => void

/** What fails is logged, and tried again with the next declaration of this owner. */
export async function declare(declaration: Declaration): Promise<void> {
  const { owner, former, connectors, configs, put, remove, logger, onChange } = declaration
  const names = Object.keys(connectors)
  const before = [...new Set([owner, former].flatMap((one) => configs.declaredBy(one)))]
  const all = [...new Set([...before, ...names])]
  // Noted before it is there, so that a worker that dies in between knows what is its own.
  await note(all)
  if (former !== owner && configs.declaredBy(former).length > 0) {
    await configs.putDeclared(former, [])
  }
  for (const [name, config] of Object.entries(connectors)) {
    const wanted = { ...config, name }
    const there = configs.connector(name)?.config
    if (isDeepStrictEqual(there, wanted)) continue
    onChange?.(name, there, wanted)
    await attempt(name, () => put(name, wanted), 'A connector of the configuration is not right')
  }
  const left: string[] = []
  for (const name of before.filter((one) => !names.includes(one))) {
    const there = configs.connector(name)?.config
    if (there === undefined || configs.isDeclaredBesides(owner, name)) continue
    onChange?.(name, there, undefined)
    logger.info('Deleting a connector that the configuration names no longer', { connector: name })
    const isGone = await attempt(name, () => remove(name), 'A connector could not be deleted')
    if (!isGone) left.push(name)
  }
  await note([...names, ...left])

  async function note(declared: readonly string[]): Promise<void> {
    if (isDeepStrictEqual(configs.declaredBy(owner), declared)) return
    await configs.putDeclared(owner, declared)
  }

  async function attempt(
    connector: string,
    work: () => Promise<void>,
    failure: string,
  ): Promise<boolean> {
    try {
      await work()
    } catch (error) {
      if (isError(error, 'not-found')) return true
      logger.error(failure, { connector, error: sentenceOf(error) })
      return false
    }
    return true
  }
}
