/** Apache Kafka's own command line tools, which have moved between packages over the years. */
import { join } from 'node:path'
import { javaCommand, peersHome } from './peers.ts'

export type ToolsVersion = '2.1.1' | '3.9.1' | '4.3.1'

const tools = 'org.apache.kafka.tools'

/** The oldest place of each tool, and since which version it is elsewhere. */
const mainClasses = {
  ConsoleProducer: { old: 'kafka.tools.ConsoleProducer', since: '4', now: tools },
  ConsoleConsumer: { old: 'kafka.tools.ConsoleConsumer', since: '3', now: `${tools}.consumer` },
  ConsoleShareConsumer: { old: 'absent', since: '4', now: `${tools}.consumer` },
  GetOffsetShell: { old: 'kafka.tools.GetOffsetShell', since: '3', now: tools },
  TopicCommand: { old: 'kafka.admin.TopicCommand', since: '3', now: tools },
  ConsumerGroupCommand: {
    old: 'kafka.admin.ConsumerGroupCommand',
    since: '3',
    now: `${tools}.consumer.group`,
  },
  DeleteRecordsCommand: { old: 'kafka.admin.DeleteRecordsCommand', since: '3', now: tools },
  LogDirsCommand: { old: 'kafka.admin.LogDirsCommand', since: '3', now: tools },
  AclCommand: { old: 'kafka.admin.AclCommand', since: '4', now: tools },
  ConfigCommand: { old: 'kafka.admin.ConfigCommand', since: '9', now: tools },
  DelegationTokenCommand: { old: 'kafka.admin.DelegationTokenCommand', since: '3', now: tools },
  VerifiableProducer: { old: 'absent', since: '3', now: tools },
  VerifiableConsumer: { old: 'absent', since: '3', now: tools },
  ProducerPerformance: { old: 'absent', since: '3', now: tools },
} as const

export type Tool = keyof typeof mainClasses

/** The command that starts a tool of this version. */
export function kafkaTool(version: ToolsVersion, tool: Tool, ...args: string[]): string[] {
  const { old, since, now } = mainClasses[tool]
  const mainClass = version >= since ? `${now}.${tool}` : old
  const libs = join(peersHome, `kafka-tools-${version}`, 'libs', '*')
  return [...javaCommand(libs), mainClass, ...args]
}
