import type { Operation, ResourceType } from '../../access/acl.ts'
import { insidePrincipal } from '../../access/inside-rights.ts'
import { formatPrincipal } from '../../access/principal.ts'
import { isError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { systemRandom } from '../../base/random.ts'
import { Broker, Insiders } from '../../broker/index.ts'
import { KafkaClient } from '../../client/index.ts'
import { passwordLogin } from '../../client/security/index.ts'
import { accessOptions, hasRules } from '../access.ts'
import { formatAddress } from '../addresses.ts'
import type { Config } from '../config.ts'
import { loginOptions } from '../logins.ts'

const part = 'graduation'

/** Whether records may be cleaned away, and rules kept, while it is open. */
interface Purpose {
  /** To fill it: whatever leat.yml says, rules of access can be written. */
  readonly isTarget: boolean
}

const rights: readonly (readonly [ResourceType, string])[] = [
  ['Topic', '*'],
  ['Group', '*'],
  ['Cluster', 'kafka-cluster'],
]

/** Nothing is cleaned away while both sides are compared. */
const nothingIsCleaned = {
  'log.cleaner.enable': 'false',
  'log.retention.check.interval.ms': `${2 ** 31 - 1}`,
}

/**
 * The broker of a data directory, for this process alone: its one door asks for a password that
 * nobody else knows, and its lock keeps others away. So nobody else writes while it is open.
 */
export class OwnBroker implements AsyncDisposable {
  readonly client: KafkaClient
  readonly #broker: Broker

  /** Undefined where another process has the directory. */
  static async open(
    config: Config,
    { isTarget }: Purpose,
    logger: Logger,
  ): Promise<OwnBroker | undefined> {
    const insiders = new Insiders([part], systemRandom)
    try {
      const broker = await Broker.open({
        directory: config.data,
        durability: config.kafka.durability,
        listeners: [{ host: '127.0.0.1', port: 0, insiders, auth: ['PLAIN'] }],
        access: accessOf(config, isTarget),
        quotas: isTarget ? [] : (config.access?.quotas ?? []),
        logins: isTarget ? {} : loginOptions(config.access),
        config: { ...config.kafka.config, ...nothingIsCleaned },
        logger,
      })
      return new OwnBroker(broker, insiders)
    } catch (error) {
      if (isError(error, 'directory-locked')) return undefined
      throw error
    }
  }

  private constructor(broker: Broker, insiders: Insiders) {
    this.#broker = broker
    this.client = new KafkaClient({
      brokers: broker.addresses.map(formatAddress),
      clientId: `leat-${part}`,
      security: { sasl: passwordLogin('PLAIN', part, insiders.passwordOf(part)) },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
    await this.#broker.close()
  }
}

function accessOf({ access }: Config, isTarget: boolean) {
  const principal = formatPrincipal(insidePrincipal(part))
  const operation: Operation = 'All'
  const inside = rights.map(([resourceType, name]) => ({
    ...{ resourceType, name, principal, operation },
    ...{ pattern: 'Literal' as const, host: '*', permission: 'Allow' as const },
  }))
  if (hasRules(access)) return accessOptions(access, inside)
  if (!isTarget) return undefined
  return { superUsers: [], allowEveryoneIfNoAclFound: false, declared: [], inside }
}
