/** How the parts of this process get to their Kafka: the embedded broker, or the cluster that is named. */
import type { AclBinding, Operation, ResourceType } from '../access/acl.ts'
import { insidePrincipal } from '../access/inside-rights.ts'
import { formatPrincipal } from '../access/principal.ts'
import type { Logger } from '../base/logger.ts'
import type { Broker, Insiders } from '../broker/index.ts'
import type { KafkaClient } from '../client/index.ts'
import { type ClientSecurity, passwordLogin } from '../client/security/index.ts'
import { type Address, formatAddress } from './addresses.ts'
import { memoryTopic } from './changes/memory.ts'
import type { Config } from './config.ts'

const all = '*'
const anyTopic = ['Topic', all] as const
const anyGroup = ['Group', all] as const
const cluster = ['Cluster', 'kafka-cluster'] as const

type Right = readonly [ResourceType, string, readonly Operation[]]

const alter: Right = [...cluster, ['Alter']]

/** What each part may do with the embedded broker, and no more. */
const rights = {
  mqtt: [
    [...anyTopic, ['Read', 'Write', 'Create', 'Delete', 'DescribeConfigs']],
    [...anyGroup, ['Read']],
    [...cluster, ['Create', 'Describe', 'IdempotentWrite']],
  ],
  registry: [
    ['Topic', '_schemas', ['Read', 'Write', 'Create', 'DescribeConfigs', 'AlterConfigs']],
    [...cluster, ['IdempotentWrite']],
  ],
  pipelines: [
    [...anyTopic, ['Read', 'Write', 'Create']],
    [...anyGroup, ['Read']],
    [...cluster, ['Create', 'IdempotentWrite']],
  ],
  // Those of the doors who come in are known by the broker's rules.
  doors: [[...cluster, ['Describe']]],
  connect: [
    [...anyTopic, ['All']],
    [...anyGroup, ['All']],
    [...cluster, ['Create', 'Describe', 'DescribeConfigs', 'IdempotentWrite']],
  ],
  // It does what its visitors may, whose rights it asks for first.
  console: [
    [...anyTopic, ['All']],
    [...anyGroup, ['All']],
    [...cluster, ['Create', 'Describe', 'DescribeConfigs', 'AlterConfigs', 'IdempotentWrite']],
  ],
  audit: [
    [...anyTopic, ['Write', 'Create']],
    [...cluster, ['IdempotentWrite']],
  ],
  platform: [
    ['Topic', memoryTopic, ['Read', 'Write', 'Create']],
    [...cluster, ['IdempotentWrite']],
  ],
} as const satisfies Record<string, readonly Right[]>

export type Part = keyof typeof rights
export const insideParts = Object.keys(rights) as Part[]

export function insideRights({ mirrors = [] }: Pick<Config, 'mirrors'>): AclBinding[] {
  // Only a mirror that was told to adds rules of access, and only to its target.
  const addsRules = mirrors.some(({ acls, to }) => acls && to === 'own')
  return insideParts.flatMap((part) =>
    [...rights[part], ...(part === 'connect' && addsRules ? [alter] : [])].flatMap(
      ([resourceType, name, operations]) =>
        operations.map((operation) => ({
          ...{ resourceType, name, pattern: 'Literal', host: all, permission: 'Allow', operation },
          principal: formatPrincipal(insidePrincipal(part)),
        })),
    ),
  )
}

/** One client for all parts where nobody has to log in, else one for each. */
export class InsideClients implements AsyncDisposable {
  readonly #config: Config
  readonly #broker: Broker | undefined
  readonly #insiders: Insiders | undefined
  readonly #logger: Logger
  readonly #clients = new Map<string, Promise<KafkaClient>>()

  constructor(
    config: Config,
    broker: Broker | undefined,
    insiders: Insiders | undefined,
    logger: Logger,
  ) {
    this.#config = config
    this.#broker = broker
    this.#insiders = insiders
    this.#logger = logger
  }

  /** Where parts find their broker: one address of our own, or the cluster's. */
  get brokers(): string[] {
    const { brokers } = this.#config.kafka
    if (brokers !== undefined) return brokers.map(reachable)
    const doors = this.#broker?.addresses ?? []
    const own = doors.find(({ insiders }) => insiders !== undefined) ?? doors.find(isOpenInside)
    return own === undefined ? [] : [reachable(own)]
  }

  /** Where users can log in from this machine, in every way; or the cluster. */
  get brokersForLogins(): string[] {
    const { brokers } = this.#config.kafka
    if (brokers !== undefined) return brokers.map(reachable)
    const own = this.#broker?.addresses.find(({ forLogins }) => forLogins === true)
    return own === undefined ? [] : [reachable(own)]
  }

  securityOf(part: Part): ClientSecurity {
    const insiders = this.#insiders
    if (insiders === undefined) return this.#config.kafka
    return { sasl: passwordLogin('PLAIN', part, insiders.passwordOf(part)) }
  }

  of(part: Part): Promise<KafkaClient> {
    const name = this.#insiders === undefined ? '' : part
    let client = this.#clients.get(name)
    if (client === undefined) {
      client = this.#open(part)
      this.#clients.set(name, client)
    }
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), async (client) => (await client).close()))
  }

  async #open(part: Part): Promise<KafkaClient> {
    const { KafkaClient } = await import('../client/index.ts')
    return new KafkaClient({
      brokers: this.brokers,
      security: this.securityOf(part),
      clientId: this.#insiders === undefined ? 'leat' : `leat-${part}`,
      logger: this.#logger.with({ part: 'client' }),
    })
  }
}

type Door = { readonly [Name in 'advertised' | 'tls' | 'auth']?: object | undefined }

/** Whether anybody on this machine can use a door, at its own address and without a login. */
export function isOpenInside({ advertised, tls, auth }: Door): boolean {
  return advertised === undefined && tls === undefined && auth === undefined
}

/** The address at which this machine reaches what listens everywhere. */
export function reachable({ host, port }: Address): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  return formatAddress({ host: everywhere[host] ?? host, port })
}
