import type { Readable } from 'node:stream'
import { cliError } from '../errors.ts'

/** A record is at most so long, with room to spare; a longer line is no text for a topic. */
const longestLineBytes = 128 * 1024 * 1024
const newline = 0x0a
const carriageReturn = 0x0d

/** The lines of a stream as they are, byte by byte, without their ends. */
export async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk)
    let start = 0
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      yield withoutReturn(Buffer.concat([...rest, piece.subarray(start, end)]))
      rest = []
      restBytes = 0
      start = end + 1
    }
    if (start === piece.length) continue
    rest.push(piece.subarray(start))
    restBytes += piece.length - start
    if (restBytes > longestLineBytes) {
      throw cliError('failed', { problem: `A line is longer than ${longestLineBytes} bytes.` })
    }
  }
  if (rest.length > 0) yield withoutReturn(Buffer.concat(rest))
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
}
