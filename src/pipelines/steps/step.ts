import type { Path, Setting } from '../../base/settings.ts'
import type { Evaluate } from '../../formats/cel/expression.ts'
import type { PipelineEvent } from '../event.ts'

/** An expression as it stands in the file, with its place, so that an error can name it. */
export interface Formula {
  readonly text: string
  readonly at: Path
}

/** A kind of step: what leat.yml says of it, and what it does. */
export interface StepKind<Spec> {
  readonly name: string
  readonly setting: Setting<Spec>
  readonly open: (spec: Spec, context: StepContext) => Step
}

export interface StepContext {
  /** Throws wrong-expression. */
  readonly expression: (formula: Formula) => Evaluate
  /** Steps and targets beside the others: what `branch` is made of. */
  readonly flow: (spec: FlowSpec) => Flow
  /** Told of an event that comes after its window was closed. */
  readonly late: () => void
  /** Takes an event that a step made of earlier ones, and that those behind it cannot take. */
  readonly failed: (event: PipelineEvent, error: unknown) => void
}

/** One step of one partition; events come in the order of the partition. */
export interface Step {
  handle(event: PipelineEvent, next: (event: PipelineEvent) => void): void
  /** The first offset that must be read again to remember what this step remembers now. */
  readonly oldest?: () => bigint | undefined
  /** What reading again does not bring back; it is given back before that. */
  readonly note?: () => Note
  readonly restore?: (note: Note) => void
}

/** Kept as JSON beside the committed offset. */
export type Note = number | null | readonly Note[]

export interface StepSpec {
  // biome-ignore lint/suspicious/noExplicitAny: the kind knows the type of its own specification.
  readonly kind: StepKind<any>
  readonly spec: unknown
}

export interface TargetSpec {
  readonly topic: string
  readonly format: TargetFormat
  /** The Avro schema of `format: avro`; without one it follows from the values. */
  readonly schema: string | undefined
  /** A sink that takes the topic to another system, in Kafka Connect's keys. */
  readonly connector: Readonly<Record<string, string>> | undefined
}

/** `same` is the bytes that were read where no step has changed the value, else JSON. */
export const targetFormats = ['same', 'json', 'avro', 'text', 'bytes'] as const
export type TargetFormat = (typeof targetFormats)[number]

export interface FlowSpec {
  readonly steps: readonly StepSpec[]
  readonly to: readonly TargetSpec[]
}

export interface Flow {
  handle(event: PipelineEvent): void
  oldest(): bigint | undefined
  note(): Note
  restore(note: Note): void
}
