/** MirrorMaker 2, and what its classes make of records in its own topics. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Owner, temporaryFolder } from './folders.ts'
import { javaCommand, peersHome } from './peers.ts'
import { outputOf, type RunningProgram, startProgram } from './programs.ts'

export const mirrorMakerPeers = ['java', 'kafka-mirror-4.3.1'] as const

export const mirrorMakerVersions = ['3.9.1', '4.3.1'] as const

type Version = (typeof mirrorMakerVersions)[number]

const classPathOf = (version: Version) => join(peersHome, `kafka-mirror-${version}`, 'libs', '*')
const classPath = classPathOf('4.3.1')
const mirrors = 'org.apache.kafka.connect.mirror'

/** A dedicated MirrorMaker; it ends with its owner. */
export function startMirrorMaker(
  owner: Owner,
  version: Version,
  config: Record<string, string>,
): RunningProgram {
  const file = join(temporaryFolder(owner), 'mm2.properties')
  const lines = Object.entries(config).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const java = javaCommand(classPathOf(version), '-Xmx384m', quiet)
  return startProgram(owner, [...java, `${mirrors}.MirrorMaker`, file])
}

/** The first so many records of a topic, a line each, as the console consumer shows them. */
export async function formatted(
  formatter: 'OffsetSync' | 'Checkpoint' | 'Heartbeat',
  brokers: readonly string[],
  topic: string,
  count: number,
): Promise<string[]> {
  const said = await outputOf([
    ...javaCommand(classPath, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'),
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    ...['--bootstrap-server', brokers.join(), '--topic', topic, '--from-beginning'],
    ...['--formatter', `${mirrors}.formatters.${formatter}Formatter`],
    ...['--max-messages', `${count}`, '--timeout-ms', '90000'],
  ])
  return said.trim().split('\n')
}
