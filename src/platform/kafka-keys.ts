/** Kafka's own keys in leat.yml are checked by the broker's own tables. */
import { LeatError } from '../base/errors.ts'
import type { Path, Report } from '../base/settings.ts'
import { BrokerSettings, checkTopicConfig } from '../broker/index.ts'
import type { Config } from './config.ts'

const asksForSchemas = /^confluent\.(key|value)\.schema\.validation$/

export function reportKafkaKeys({ kafka, registry }: Config, report: Report): void {
  for (const [name, value] of Object.entries(kafka.config ?? {})) {
    attempt(['kafka', 'config', name], report, () => BrokerSettings.from({ [name]: value }))
  }
  for (const [topic, { config }] of Object.entries(kafka.topics ?? {})) {
    for (const [name, value] of Object.entries(config)) {
      const at = ['kafka', 'topics', topic, name]
      attempt(at, report, () => checkTopicConfig(name, value))
      if (registry === undefined && asksForSchemas.test(name) && value === 'true') {
        const says = `'${name}' needs a schema registry; write 'registry: {}' for leat's own, or 'registry: { urls: [ … ] }'.`
        report({ at, says, isKey: true })
      }
    }
  }
}

function attempt(at: Path, report: Report, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof LeatError)) throw error
    report({ at, says: error.message, isKey: true })
  }
}
