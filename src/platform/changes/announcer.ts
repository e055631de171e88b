/**
 * Tells what a start changes, each thing before it is changed, and remembers what the files said.
 * A start does not fail because of it: what cannot be known is not told, and the log says why.
 */
import type { Logger } from '../../base/logger.ts'
import { KafkaClient } from '../../client/index.ts'
import type { Config } from '../config.ts'
import type { InsideClients } from '../inside.ts'
import { differencesOf } from './differences.ts'
import { isRemembered, memoryTimeoutMs, remember, rememberedBy, withoutSecrets } from './memory.ts'
import type { Tell } from './tell.ts'
import { type Kind, type Says, type Thing, thingsOf } from './things.ts'

/** Whoever changes these tells of them. */
const toldElsewhere: readonly Kind[] = ['topic', 'connector', 'mirror']
/** At a first start the banner says where everything is. */
const toldByTheBanner: readonly Kind[] = ['part', 'listener']

export interface AnnouncerOptions {
  readonly config: Config
  readonly connectors: () => Promise<Readonly<Record<string, Says>>>
  readonly clients: InsideClients
  readonly logger: Logger
  readonly tell: Tell
}

export class Announcer {
  readonly #options: AnnouncerOptions
  #things: readonly Thing[] = []
  #isRemembered = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** What the files say otherwise than at the last start, but for topics and connectors. */
  async tellDeclared(): Promise<void> {
    const { config, connectors, tell } = this.#options
    this.#things = thingsOf(config, await connectors()).map(withoutSecrets)
    await this.#attempt(async (client) => {
      const before = await rememberedBy(client, config.name)
      this.#isRemembered = isRemembered(before, this.#things)
      if (this.#isRemembered) return
      const there = (before ?? []).map((thing) => ({ ...thing, isDeclared: true }))
      for (const difference of differencesOf(this.#things, there)) {
        const { kind } = difference
        if (toldElsewhere.includes(kind)) continue
        if (before === undefined && toldByTheBanner.includes(kind)) continue
        tell(difference)
      }
    })
  }

  /** To be called when all has been started. */
  async remember(): Promise<void> {
    if (this.#isRemembered) return
    const { config, logger } = this.#options
    await this.#attempt((client) => remember(client, config.name, this.#things, logger))
  }

  async #attempt(work: (client: KafkaClient) => Promise<void>): Promise<void> {
    const { clients, config, logger } = this.#options
    if (!config.kafka.enabled) return
    try {
      await using client = new KafkaClient({
        ...{ brokers: clients.brokers, security: clients.securityOf('platform') },
        ...{ clientId: 'leat-platform', requestTimeoutMs: memoryTimeoutMs, logger },
      })
      await work(client)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      logger.warn('What the files said at the last start is not known, or not kept', { why })
    }
  }
}
