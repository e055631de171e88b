/** The two that are compared, each in a process of its own with Kafka's usual settings. */

import { ApacheKafka, classPath } from '../test/helpers/apache-kafka.ts'
import type { Owner } from '../test/helpers/folders.ts'
import { temporaryFolder } from '../test/helpers/folders.ts'
import { LeatProcess } from '../test/helpers/leat.ts'
import { freePorts } from '../test/helpers/ports.ts'

/** What an acknowledgement means: handed to the operating system, or on the device. */
export type Promised = 'os' | 'disk'

export interface Subject {
  readonly name: 'leat' | 'kafka'
  readonly brokers: string
  readonly pid: number
  start(): Promise<void>
  /** As an operator stops it. */
  stop(): Promise<unknown>
  kill(): Promise<void>
}

export async function leatSubject(owner: Owner, promised: Promised): Promise<Subject> {
  const settings = { kafka: { durability: promised } }
  const leat = new LeatProcess(temporaryFolder(owner), await freePorts(3), settings)
  owner.after(() => leat.kill())
  return {
    name: 'leat',
    brokers: leat.brokers,
    get pid() {
      return leat.program.pid ?? 0
    },
    start: () => leat.start(),
    stop: () => leat.stop(),
    kill: () => leat.kill(),
  }
}

export async function kafkaSubject(owner: Owner, promised: Promised): Promise<Subject> {
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const config = {
    // Deleted topics give their memory back at once, as leat's do, to whoever writes next.
    'log.segment.delete.delay.ms': '100',
    ...(promised === 'disk' ? { 'log.flush.interval.messages': '1' } : {}),
  }
  // The options of Kafka's own start script.
  const java = ['java', '-Xmx1G', '-Xms1G', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20']
  const command = [...java, '-cp', classPath]
  const kafka = new ApacheKafka(temporaryFolder(owner), port, controllerPort, config, command)
  owner.after(() => kafka.kill())
  await kafka.format()
  return {
    name: 'kafka',
    brokers: kafka.brokers,
    get pid() {
      return kafka.pid ?? 0
    },
    start: () => kafka.start(),
    stop: () => kafka.stop(),
    kill: () => kafka.kill(),
  }
}
