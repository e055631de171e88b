/** Kafka's own AclCommand of three generations says the same of leat and of an Apache Kafka. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deleteAcls, untilThereAre } from '../helpers/acls.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { type GuardedKafka, guardedApacheKafka, guardedLeat } from '../helpers/guarded-kafka.ts'
import { kafkaTool, type ToolsVersion } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { runProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const kafka = shared(guardedApacheKafka)
const leat = shared(guardedLeat)
const versions: readonly ToolsVersion[] = ['2.1.1', '3.9.1', '4.3.1']

for (const version of versions) {
  const skip = withoutPeer('java', 'kafka-broker-4.4.0', `kafka-tools-${version}`)
  test(`AclCommand ${version} adds, lists and removes rules as on Apache Kafka`, {
    skip,
  }, async (t) => {
    const sides = await Promise.all([kafka(), leat()])
    const [theirs, ours] = await Promise.all(sides.map((side) => storyOf(t, version, side)))
    assert.deepEqual(ours, theirs)
    assert.match(String(theirs), /User:bob/)
  })
}

async function storyOf(
  t: TestContext,
  version: ToolsVersion,
  { brokers, adminProperties, connect }: GuardedKafka,
): Promise<string[]> {
  const admin = await connect(t, 'admin')
  await deleteAcls(admin)
  const properties = join(temporaryFolder(t), 'admin.properties')
  writeFileSync(properties, `${adminProperties}\n`)
  const run = async (...args: string[]) => {
    const how = ['--bootstrap-server', brokers, '--command-config', properties]
    const command = kafkaTool(version, 'AclCommand', ...how, ...args)
    return await runProgram(command, { deadlineMs: 120_000 })
  }
  const listed = async (...args: string[]) => {
    const { stdout, stderr } = await run('--list', ...args)
    return linesOf(stdout + stderr)
  }
  /** Then there are so many. What it lists behind the change is left out: the broker may not know it yet. */
  const changed = async (count: number, ...args: string[]) => {
    const { stdout, stderr } = await run(...args)
    await untilThereAre(admin, count)
    const [said = ''] = stdout.split('Current ACLs')
    return linesOf(said + stderr)
  }
  const bob = ['--allow-principal', 'User:bob', '--producer', '--consumer']
  const eve = ['--deny-principal', 'User:eve', '--deny-host', '10.0.0.7', '--operation', 'All']
  return [
    await changed(5, '--add', ...bob, '--topic', 'plant', '--group', 'g'),
    await changed(6, '--add', ...eve, '--topic', 'p', '--resource-pattern-type', 'prefixed'),
    await listed('--topic', 'plant', '--resource-pattern-type', 'match'),
    await changed(2, '--remove', '--force', '--topic', 'plant'),
    await listed(),
  ].map((lines) => lines.join('\n'))
}

/** What it prints, in an order that does not depend on hash codes, and without its log. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(SLF4J|WARNING|\[\d{4}-|log4j)/.test(line))
    .sort()
}
