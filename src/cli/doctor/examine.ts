/** The way to a Kafka broker, step by step, until it ends or is found to be open. */
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import { systemClock } from '../../base/clock.ts'
import { LeatError, systemCode } from '../../base/errors.ts'
import { silentLogger } from '../../base/logger.ts'
import { clientTls } from '../../base/tls/client.ts'
import { KafkaClient, type KafkaClientOptions, parseBrokerAddress } from '../../client/index.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'

export interface Finding {
  readonly step: string
  readonly isFine: boolean
  readonly about: string
}

type Address = ReturnType<typeof parseBrokerAddress>

/** A step that takes longer has failed. */
export const stepMs = 5000

export async function* examine(text: string, way: KafkaClientOptions): AsyncGenerator<Finding> {
  const address = parseBrokerAddress(text)
  const reached = [await nameOf(address), await portOf(address)]
  for (const finding of reached) {
    yield finding
    if (!finding.isFine) return
  }
  await using client = new KafkaClient({ ...way, brokers: [text], requestTimeoutMs: stepMs })
  let brokers: readonly (Address & { readonly nodeId: number })[]
  try {
    brokers = (await client.request(Metadata, { topics: [] })).brokers
  } catch (error) {
    yield { step: stepOf(error), isFine: false, about: messageOf(error) }
    return
  }
  if (way.security?.tls !== undefined) yield await tlsOf(address, way.security.tls)
  const { sasl } = way.security ?? {}
  const who = sasl?.username === undefined ? '' : ` as ${sasl.username}`
  yield { step: 'login', isFine: true, about: sasl ? `${sasl.mechanism}${who}` : 'none is wanted' }
  yield { step: 'metadata', isFine: true, about: `the cluster tells of ${brokers.length} brokers` }
  for (const { nodeId, host, port } of brokers) {
    const told = { host, port }
    const name = await nameOf(told)
    const { isFine, about } = name.isFine ? await portOf(told) : name
    const cure = isFine ? '' : '; clients are sent there: correct advertised (advertised.listeners)'
    yield { step: `broker ${nodeId}`, isFine, about: `${host}:${port}: ${about}${cure}` }
  }
}

export async function nameOf({ host }: Address): Promise<Finding> {
  try {
    const found = await lookup(host, { all: true })
    return { step: 'name', isFine: true, about: found.map(({ address }) => address).join(', ') }
  } catch (error) {
    const about = `${host} has no address here (${systemCode(error)}); correct it, or the name server`
    return { step: 'name', isFine: false, about }
  }
}

export async function portOf({ host, port }: Address): Promise<Finding> {
  const socket = connect({ host, port, timeout: stepMs })
  const why = await new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined))
    socket.once('timeout', () =>
      resolve(`nothing answers within ${stepMs} ms; is there a firewall?`),
    )
    socket.once('error', (error) => {
      resolve(`${systemCode(error) ?? error.message}; does anything listen on port ${port}?`)
    })
  })
  socket.destroy()
  return { step: 'port', isFine: why === undefined, about: why ?? 'it accepts connections' }
}

/** What was agreed on, and whose certificate it was. */
export async function tlsOf(
  { host, port }: Address,
  settings: Parameters<typeof clientTls>[0]['settings'],
): Promise<Finding> {
  await using tls = await clientTls({ settings, logger: silentLogger, clock: systemClock })
  const socket = connectSecurely({ host, port, timeout: stepMs, ...tls.options })
  try {
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
      socket.once('timeout', () => reject(new Error(`no handshake within ${stepMs} ms`)))
    })
    return { step: 'TLS', isFine: true, about: agreementOf(socket) }
  } catch (error) {
    return { step: 'TLS', isFine: false, about: messageOf(error) }
  } finally {
    socket.destroy()
  }
}

function agreementOf(socket: TLSSocket): string {
  const { subjectaltname, subject, valid_to: until } = socket.getPeerCertificate()
  const names = subjectaltname ?? `CN:${[subject.CN].flat().join()}`
  return `${socket.getProtocol()}, ${socket.getCipher().name}; certificate of ${names}, until ${until}`
}

/** At which step the client came to its end. */
function stepOf(error: unknown): string {
  const code = error instanceof LeatError ? error.code : ''
  if (/^(tls|key|certificate|crl)-/.test(code)) return 'TLS'
  return /^(login|mechanism|token|security)-/.test(code) ? 'login' : 'metadata'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
