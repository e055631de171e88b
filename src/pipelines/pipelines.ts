import { type Clock, systemClock } from '../base/clock.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import type { KafkaClient } from '../client/index.ts'
import { type RegistryClient, SchemaValues } from '../client/registry/index.ts'
import { AvroValues } from './formats/avro-values.ts'
import { Pipeline, type PipelineStatus } from './run.ts'
import type { PipelineSpec } from './spec.ts'

export interface PipelinesOptions {
  readonly pipelines: Readonly<Record<string, PipelineSpec>>
  readonly client: KafkaClient
  /** Where schemas are looked up and registered; without one, values that carry their ids cannot be read. */
  readonly registry?: RegistryClient
  readonly clock?: Clock
  readonly logger?: Logger
  readonly metrics?: Metrics
  /** See PipelineParts. */
  readonly instance?: string | undefined
}

/** All pipelines of this process. */
export class Pipelines implements AsyncDisposable {
  readonly #pipelines: readonly Pipeline[]

  private constructor(pipelines: readonly Pipeline[]) {
    this.#pipelines = pipelines
  }

  /** They begin by themselves, and go on trying where something is not there yet. */
  static open(options: PipelinesOptions): Pipelines {
    const { client, registry, clock = systemClock, logger = silentLogger } = options
    const schemas = registry && new SchemaValues(registry)
    const avro = registry && new AvroValues(registry)
    const parts = { client, schemas, avro, clock, logger, instance: options.instance }
    const pipelines = Object.entries(options.pipelines).map(([name, spec]) =>
      Pipeline.start(name, spec, parts),
    )
    measure(options.metrics ?? new Metrics(), pipelines)
    return new Pipelines(pipelines)
  }

  get status(): readonly PipelineStatus[] {
    return this.#pipelines.map(({ status }) => status)
  }

  async close(): Promise<void> {
    await Promise.all(this.#pipelines.map((pipeline) => pipeline.close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function measure(metrics: Metrics, pipelines: readonly Pipeline[]): void {
  const counted = {
    read: 'Records that pipelines have read',
    written: 'Records that pipelines have written',
    failed: 'Records that pipelines could not read, change or write',
    late: 'Events that came after their window was closed',
  } as const
  for (const [fact, help] of Object.entries(counted)) {
    metrics.add({
      name: `leat_pipeline_records_${fact}_total`,
      help,
      type: 'counter',
      read: () =>
        pipelines.map(({ status }) => ({
          labels: { pipeline: status.name },
          value: status[fact as keyof typeof counted],
        })),
    })
  }
  metrics.add({
    name: 'leat_pipeline_running',
    help: 'Whether the pipeline works, or waits for its next attempt',
    type: 'gauge',
    read: () =>
      pipelines.map(({ status }) => ({
        labels: { pipeline: status.name },
        value: status.state === 'RUNNING' ? 1 : 0,
      })),
  })
}
