/** Configurations as DescribeConfigs and CreateTopics show them, with where each value comes from. */
import type { ConfigType } from './config-types.ts'
import { type BrokerConfigName, type BrokerSettings, brokerConfigs } from './settings.ts'
import { type TopicConfigName, topicConfigs } from './topic-configs.ts'

/** By the codes of Kafka's `ConfigSource`. */
const source = { topic: 1, staticBroker: 4, fallback: 5 } as const

interface Layer {
  readonly name: string
  readonly value: string
  readonly source: number
}

export interface ConfigEntry {
  readonly name: string
  readonly type: ConfigType
  readonly about: string
  readonly readOnly: boolean
  /** Who says what, the one that counts first. */
  readonly layers: readonly [Layer, ...Layer[]]
}

export function describeConfig(entry: ConfigEntry) {
  const [first] = entry.layers
  const isSensitive = entry.type.name === 'PASSWORD'
  const shown = (value: string) => (isSensitive ? null : value)
  return {
    name: entry.name,
    value: shown(first.value),
    readOnly: entry.readOnly,
    configSource: first.source,
    isSensitive,
    synonyms: entry.layers.map(({ name, value, source }) => ({
      name,
      value: shown(value),
      source,
    })),
    configType: entry.type.number,
    documentation: entry.about,
  }
}

export function topicConfigEntries(
  own: Readonly<Record<string, string>>,
  settings: BrokerSettings,
): ConfigEntry[] {
  return (Object.keys(topicConfigs) as TopicConfigName[]).map((name) => {
    const { type, about, synonym } = topicConfigs[name]
    const broker = brokerLayers(
      synonym,
      settings.topicDefault(name),
      topicConfigs[name].fallback,
      settings,
    )
    const value = own[name]
    const layers: ConfigEntry['layers'] =
      value === undefined ? broker : [{ name, value, source: source.topic }, ...broker]
    return { name, type, about, readOnly: false, layers }
  })
}

/** The broker's own keys and those that give topics their defaults. */
export function brokerConfigEntries(settings: BrokerSettings): ConfigEntry[] {
  const own = (Object.keys(brokerConfigs) as BrokerConfigName[]).map((name) => {
    const { type, about, fallback } = brokerConfigs[name]
    const layers = brokerLayers(name, settings.text(name), fallback, settings)
    return { name, type, about, readOnly: true, layers }
  })
  const ofTopics = (Object.keys(topicConfigs) as TopicConfigName[]).map((topicName) => {
    const { type, about, fallback, synonym: name } = topicConfigs[topicName]
    const layers = brokerLayers(name, settings.topicDefault(topicName), fallback, settings)
    return { name, type, about, readOnly: true, layers }
  })
  return [...own, ...ofTopics]
}

function brokerLayers(
  name: string,
  value: string,
  fallback: string,
  settings: BrokerSettings,
): ConfigEntry['layers'] {
  const last = { name, value: fallback, source: source.fallback }
  return settings.isGiven(name) ? [{ name, value, source: source.staticBroker }, last] : [last]
}
