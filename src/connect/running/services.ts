/** What everything that runs in a worker is given. */
import type { BackOff } from '../../base/back-off.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { KafkaWay } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import type { OffsetStore } from '../state/offset-store.ts'
import type { OtherWay } from './client-overrides.ts'
import type { SecretSources } from './secrets.ts'

export interface Services {
  readonly client: KafkaClient
  /** See ConnectWorkerOptions. */
  readonly instance: string | undefined
  /** A client of another cluster or with another login, for `….override.*`; whoever asks closes it. */
  readonly clientOf: (way: OtherWay) => KafkaClient
  /** The same, as connectors ask for it. */
  readonly kafka: (way: KafkaWay) => KafkaClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly secrets: SecretSources
  /** What holds where a connector says nothing: `key.converter`, … */
  readonly defaults: ConnectorConfig
  /** How long what is put waits to be committed, at most. */
  readonly commitIntervalMs: number
  readonly backOff: BackOff
  /** Opened by whoever needs it first. */
  readonly offsets: () => Promise<OffsetStore>
  readonly topicUsed: (topic: string, connector: string, task: number) => Promise<void>
}
