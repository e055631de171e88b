/**
 * A bridge: what its readers receive, all of its writers publish, with its time and key. A message is
 * done with when every writer has it, so that with AT_LEAST_ONCE none is lost, though one may come twice.
 */
import {
  InvalidMessageError,
  type Message,
  Reader,
  Writer,
} from '../../client/reader-and-writer.ts'
import { cliError } from '../errors.ts'
import { reasonOf } from '../messages/surroundings.ts'
import { deliver } from './deliver.ts'
import { type Circumstances, Link, type Say } from './link.ts'
import { Reporter } from './reporter.ts'
import type { BridgeSettings } from './settings.ts'

export interface Surroundings {
  readonly opening: Parameters<typeof Reader.open>[1]
  readonly stopped: AbortSignal
  /** Prints a line for people, and for programs that watch. */
  log(line: string): void
}

/** Resolves when the end is wanted; throws when a service cannot be opened, or all of a side have failed. */
export async function runBridge(
  settings: BridgeSettings,
  { opening, stopped, log }: Surroundings,
): Promise<void> {
  const { name, retry, report, path } = settings
  const parameters = (service: string) => ({ service, config_file: path })
  const bytes = (service: string) => ({ ...parameters(service), value_type: 'byte_array' }) as const
  const over = new AbortController()
  const ended = AbortSignal.any([stopped, over.signal])

  await using opened = new AsyncDisposableStack()
  const keep = <Kind extends Link<Reader<Buffer>> | Link<Writer<Buffer>>>(link: Kind): Kind => {
    opened.defer(() => link.close())
    return link
  }
  let reporter: Reporter | undefined
  const say: Say = (service, word, why) => {
    const line = lineOf(service, word, why)
    log(line)
    reporter?.report(line)
  }
  if (report !== undefined) {
    const sayOnly: Say = (...said) => log(lineOf(...said))
    const connect = () => Writer.open({ ...parameters(report), value_type: 'text' }, opening)
    const link = await Link.open(report, connect, { retry, say: sayOnly, ended: stopped })
    reporter = opened.use(new Reporter(link, sayOnly))
  }
  const circumstances: Circumstances = { retry, say, ended }
  const writers: Link<Writer<Buffer>>[] = []
  for (const service of settings.writers) {
    const connect = () => Writer.open(bytes(service), opening)
    writers.push(keep(await Link.open(service, connect, circumstances)))
  }
  const readers: Link<Reader<Buffer>>[] = []
  for (const service of settings.readers) {
    const connect = () => Reader.open(bytes(service), opening)
    readers.push(keep(await Link.open(service, connect, circumstances)))
  }

  const toAllWriters = async ({ value, timestampUs, key }: Message<Buffer>) => {
    const options = { timestampUs, ...(key === undefined ? {} : { key }) }
    const arrived = await Promise.all(writers.map((link) => deliver(link, { value, options }, say)))
    const isEnough = ended.aborted ? !arrived.includes(false) : arrived.includes(true)
    // It is not done with then: who reads next gets it again.
    if (!isEnough) throw cliError('failed', { problem: 'No writer has taken the message.' })
  }
  const pump = async (link: Link<Reader<Buffer>>) => {
    for (;;) {
      const reader = await link.end
      if (reader === undefined || ended.aborted) return
      try {
        await reader.listen({
          concurrency: settings.maxQueueLength,
          async onMessage(message) {
            await toAllWriters(message)
            link.worked()
          },
          onFailure(error, message) {
            if (message !== undefined || !(error instanceof InvalidMessageError)) throw error
            say(link.service, 'MESSAGE PASSED OVER', reasonOf(error))
          },
        })
        return
      } catch (error) {
        if (writers.every(({ isGivenUp }) => isGivenUp)) over.abort()
        if (ended.aborted) return
        link.failed(reader, error)
      }
    }
  }
  ended.addEventListener('abort', () => {
    // They are closed again at the end, where a failure is told.
    for (const link of readers) link.close().catch(() => {})
  })
  say(name, 'STARTED')
  await Promise.all(readers.map(pump))
  if (stopped.aborted || ![...readers, ...writers].some(({ isGivenUp }) => isGivenUp)) return
  say(name, 'TERMINATED', 'all writers or all readers gone')
  throw cliError('failed', { problem: `All readers or all writers of '${name}' have failed.` })
}

function lineOf(...[service, word, why]: Parameters<Say>): string {
  return `SINETStream-Bridge:${service}: ${word}${why === undefined ? '' : `: ${why}`}`
}
