import type { Metrics } from '../base/metrics.ts'
import type { SchemaTopic } from './state/schema-topic.ts'

/** How many requests were answered, by what they were about and how it went. */
export class RequestCounts {
  readonly #counts = new Map<string, { labels: Record<string, string>; value: number }>()

  add(method: string, operation: string, status: number): void {
    const labels = { method, operation, code: String(status) }
    const key = Object.values(labels).join(' ')
    const count = this.#counts.get(key) ?? { labels, value: 0 }
    count.value += 1
    this.#counts.set(key, count)
  }

  read() {
    return [...this.#counts.values()]
  }
}

export function addMetrics(metrics: Metrics, topic: SchemaTopic, counts: RequestCounts): void {
  metrics.add({
    name: 'leat_registry_requests_total',
    help: 'Requests that the schema registry answered.',
    type: 'counter',
    read: () => counts.read(),
  })
  metrics.gauge(
    'leat_registry_subjects',
    'Subjects in the schema registry, deleted ones too.',
    () => topic.state.versions.subjectCount,
  )
  metrics.gauge(
    'leat_registry_versions',
    'Versions in the schema registry, deleted ones too.',
    () => topic.state.versions.count,
  )
  metrics.gauge(
    'leat_registry_schema_characters',
    'Characters of all schemas in memory.',
    () => topic.state.versions.characters,
  )
}
