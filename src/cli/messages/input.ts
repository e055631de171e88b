/** What `leat write` reads: one message, or a message a line. */
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { systemCode } from '../../base/errors.ts'
import { cliError } from '../errors.ts'
import { linesOf } from '../records/lines.ts'
import type { Terminal } from '../terminal.ts'

/** No broker takes a message as long as this. */
const longestMessageBytes = 128 * 1024 * 1024

export interface Input {
  /** The message itself, which wins over a file. */
  readonly message: string | undefined
  /** The path of a file, instead of stdin. */
  readonly file: string | undefined
  /** A message a line, instead of one message at the end. */
  readonly byLine: boolean
  /** Line ends become `\n`, as Python's text files have them. */
  readonly isText: boolean
}

/** The messages. Whoever asks for an end gets it at once; what is half read is no message. */
export async function* messagesOf(
  { message, file, byLine, isText }: Input,
  stdin: Readable,
  ended: Terminal['stopped'],
): AsyncGenerator<Buffer> {
  if (message !== undefined) {
    yield Buffer.from(message)
    return
  }
  const stream = file === undefined ? stdin : await readableFile(file)
  const chunks = Readable.from(untilAborted(stream, ended))
  for await (const one of byLine ? linesOf(chunks) : wholeOf(chunks)) {
    if (ended.aborted) return
    yield isText && !byLine ? withPlainLineEnds(one) : one
  }
}

async function readableFile(path: string): Promise<Readable> {
  try {
    const file = await open(path)
    return file.createReadStream()
  } catch (error) {
    const problem = `${path} cannot be read (${systemCode(error)}); is it a file of yours?`
    throw cliError('failed', { problem }, { cause: error })
  }
}

async function* untilAborted(stream: Readable, ended: AbortSignal): AsyncGenerator<Buffer> {
  const end = () => stream.destroy()
  ended.addEventListener('abort', end, { once: true })
  try {
    if (!ended.aborted) yield* stream
  } catch (error) {
    // A stream that is destroyed says that it ended too early: so it was meant.
    if (!ended.aborted) throw error
  } finally {
    ended.removeEventListener('abort', end)
  }
}

/** Nothing at all is no message, as in SINETStream. */
async function* wholeOf(stream: Readable): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk)
    bytes += piece.length
    if (bytes > longestMessageBytes) {
      const problem = `The input is longer than ${longestMessageBytes} bytes; '-l' makes a message of each line.`
      throw cliError('failed', { problem })
    }
    chunks.push(piece)
  }
  if (bytes > 0) yield Buffer.concat(chunks)
}

function withPlainLineEnds(text: Buffer): Buffer {
  if (!text.includes('\r')) return text
  return Buffer.from(text.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1')
}
