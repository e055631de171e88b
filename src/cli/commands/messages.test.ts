/** `leat write`, `read` and `ping` within one process, whose readers and writers meet by a topic. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Reader, Writer } from '../../client/reader-and-writer.ts'
import { run } from '../main.ts'
import { type Ran, type RunOptions, runCli } from '../testing/run-cli.ts'

const within = ['-nc', 'type=iostream']

/** Runs `leat read`, then `meanwhile` as soon as it reads. */
async function readWhile(
  args: readonly string[],
  topic: string,
  meanwhile: () => Promise<unknown>,
  options: RunOptions = {},
): Promise<Ran> {
  // Readers of a topic are served in their order: once this one has opened, so has the command's.
  const reading = runCli(['read', ...within, `topic=${topic}`, ...args], options)
  await untilRead(topic)
  await meanwhile()
  return await reading
}

async function untilRead(topic: string): Promise<void> {
  await using _reader = await Reader.open({ no_config: true, type: 'iostream', topic })
}

async function write(topic: string, ...messages: (string | Buffer)[]): Promise<void> {
  await using writer = await Writer.open({
    no_config: true,
    type: 'iostream',
    topic,
    value_type: 'byte_array',
  })
  for (const message of messages) await writer.publish(Buffer.from(message))
}
