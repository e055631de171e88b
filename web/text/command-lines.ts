/** What the page does, as lines for a shell. */
import type { Reading } from './reading.ts'

/** Where commands go without being told. */
const usualBroker = '127.0.0.1:9092'

/** Quoted for a POSIX shell where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

export function commandLine(...words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

/** `-b HOST:PORT`, unless it is where commands go anyway. */
export function atBroker(broker: string | undefined): string[] {
  return broker === undefined || broker === usualBroker ? [] : ['-b', broker]
}

/** The records that are looked at; filters are the page's own and are not in it. */
export function consumeLine(
  topic: string,
  { from, partition, limit, live }: Reading,
  broker?: string,
): string {
  return commandLine(
    ...['leat', 'consume', topic, '--json'],
    ...['--offset', live ? 'end' : offsetsOf(from, limit)],
    ...(partition === undefined ? [] : ['-p', String(partition)]),
    ...(live || from.startsWith('-') ? [] : ['-n', String(limit)]),
    ...atBroker(broker),
  )
}

export function recordLine(
  topic: string,
  partition: number,
  offset: string,
  broker?: string,
): string {
  const range = `${offset}:${BigInt(offset) + 1n}`
  const words = ['leat', 'consume', topic, '--json', '-p', String(partition), '--offset', range]
  return commandLine(...words, ...atBroker(broker))
}

/** In `leat consume`'s words: without an end it would wait for what comes. */
function offsetsOf(from: string, limit: number): string {
  if (from === 'newest') return `-${limit}`
  return from === 'start' ? ':end' : `${from}:end`
}
