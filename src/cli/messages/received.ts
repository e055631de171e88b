/** What `leat read` does with a message: prints it as SINETStream's command line does, or keeps it in a file. */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { pick, type Random } from '../../base/random.ts'
import type { Message } from '../../client/reader-and-writer.ts'
import { cliError } from '../errors.ts'
import { toJson } from '../output.ts'
import { toEnvelope } from '../records/envelope.ts'
import { type Output, printLine } from '../terminal.ts'
import { bytesOfValue, isText } from './bytes.ts'

export interface Receiving {
  readonly valueType: string
  readonly stdout: Output
  /** Only the value, without the line that says where it is from. */
  readonly isRaw: boolean
  readonly isJson: boolean
  /** Where each message is to be a file. */
  readonly folder: string | undefined
  readonly random: Random
}

/** The message with this number, which begins with 1. */
export type Receive = (message: Message<unknown>, number: number) => Promise<void>

/** Throws 'failed' where it is no folder: better now than with the first message. */
export function checkFolder(folder: string | undefined): void {
  if (folder === undefined) return
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  throw cliError('failed', { problem: `There is no folder ${folder}; make it first.` })
}

export function receiverOf(receiving: Receiving): Receive {
  return receiving.folder === undefined
    ? printerOf(receiving)
    : keeperOf(receiving, receiving.folder)
}

function printerOf({ valueType, stdout, isRaw, isJson }: Receiving): Receive {
  if (isJson) {
    return async (message) => await printLine(stdout, envelopeOf(message, valueType))
  }
  return async ({ value, topic }, number) => {
    const bytes = bytesOfValue(value, valueType)
    const pieces: Uint8Array[] = isRaw ? [] : [Buffer.from(`[#${number}] Received on "${topic}"\n`)]
    pieces.push(bytes)
    // Bytes stay as they are; a text ends its line.
    if (isText(valueType) && bytes.at(-1) !== newline) pieces.push(Buffer.from('\n'))
    if (!stdout.write(Buffer.concat(pieces))) await once(stdout, 'drain')
  }
}

const newline = 0x0a

/** What `leat produce --json` reads. */
function envelopeOf({ value, topic, key, headers, timestampUs }: Message<unknown>, type: string) {
  return toEnvelope(
    { topic },
    {
      key: key ?? null,
      value: bytesOfValue(value, type),
      headers: headers.map(({ key, value }) => ({ key, value: Buffer.from(value) })),
      timestamp: timestampUs === 0 ? undefined : BigInt(Math.round(timestampUs / 1000)),
    },
  )
}

function keeperOf({ valueType, stdout, isJson, random }: Receiving, folder: string): Receive {
  const run = randomText(random, 16)
  return async ({ value, topic }, number) => {
    const file = join(folder, `${quoted(topic)}-${run}-${number}`)
    try {
      await writeFile(file, bytesOfValue(value, valueType))
    } catch (error) {
      const code = systemCode(error)
      if (code === undefined) throw error
      const problem = `${file} cannot be written (${code}); is there room, and is it yours?`
      throw cliError('failed', { problem }, { cause: error })
    }
    if (isJson) await printLine(stdout, toJson({ topic, file }))
  }
}

/** As Python's `urllib.parse.quote(topic, safe='')`. */
export function quoted(topic: string): string {
  return encodeURIComponent(topic).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const lettersAndDigits = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']

export function randomText(random: Random, length: number, from = lettersAndDigits): string {
  return Array.from({ length }, () => pick(random, from)).join('')
}
