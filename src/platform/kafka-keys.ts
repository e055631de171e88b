/** Kafka's own keys in leat.yml are checked by the broker's own tables. */
import { LeatError } from '../base/errors.ts'
import type { Path, Report } from '../base/settings.ts'
import { BrokerSettings, checkTopicConfig } from '../broker/index.ts'
import type { Config } from './config.ts'

export function reportKafkaKeys({ kafka }: Config, report: Report): void {
  for (const [name, value] of Object.entries(kafka.config ?? {})) {
    attempt(['kafka', 'config', name], report, () => BrokerSettings.from({ [name]: value }))
  }
  for (const [topic, { config }] of Object.entries(kafka.topics ?? {})) {
    for (const [name, value] of Object.entries(config)) {
      attempt(['kafka', 'topics', topic, name], report, () => checkTopicConfig(name, value))
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
