/** What subjects are called at the target: those of topics as their copies, others as they are. */
import type { ReplicationPolicy } from './policy.ts'
import type { TopicSelection } from './selection.ts'

/** Undefined for a subject that is not mirrored. */
export type SchemaNames = (subject: string) => string | undefined

export interface SchemaNamesOptions {
  readonly policy: ReplicationPolicy
  readonly selection: TopicSelection
  /** In which they stand there, as `.factory`; empty for the default one. */
  readonly context: string
}

export function schemaNames({ policy, selection, context }: SchemaNamesOptions): SchemaNames {
  const within = context === '' ? '' : `:${context}:`
  return (subject) => {
    // Those of other contexts have ids of their own.
    if (subject.startsWith(':')) return undefined
    const [, topic, part] = /^(.*)-(key|value)$/s.exec(subject) ?? []
    if (topic === undefined) return `${within}${subject}`
    return selection.takes(topic) ? `${within}${policy.remote(topic)}-${part}` : undefined
  }
}
