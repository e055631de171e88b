import type { Server, TLSSocket, TlsOptions } from 'node:tls'
import { type Clock, systemClock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { tlsError } from './errors.ts'
import { certificateProblem, clientOf, handshakeProblem } from './handshakes.ts'
import { materialOf } from './material.ts'
import { NamedCertificates, settingsWith } from './named-certificates.ts'
import type { TlsServerSettings } from './settings.ts'
import { readSources } from './sources.ts'
import { validityWarnings } from './validity.ts'
import { WatchedMaterial } from './watched-material.ts'
import { subjectOf } from './x500-name.ts'

export interface TlsServerOptions {
  readonly settings: TlsServerSettings
  readonly logger: Logger
  readonly clock?: Clock
}

/** TLS for the listeners of one door. Throws a `tlsError` where the settings cannot be used. */
export async function serverTls({
  settings,
  logger,
  clock = systemClock,
}: TlsServerOptions): Promise<TlsServer> {
  requireKeys(settings)
  await using opened = new AsyncDisposableStack()
  const watch = { logger, clock }
  const material = opened.use(await WatchedMaterial.open(settings, watch))
  const named = opened.use(await NamedCertificates.open(settings, watch))
  opened.move()
  return new TlsServer(settings, { material, named }, logger)
}

/**
 * Looks at what the settings name without opening anything: resolves to what should be known of the
 * dates of the certificates. Throws a `tlsError` as `serverTls` does.
 */
export async function checkServerTls(
  settings: TlsServerSettings,
  nowMs: number,
): Promise<string[]> {
  requireKeys(settings)
  const { trusted = [], ...own } = await materialOf(await readSources(settings), settings)
  const identities = [own.identity]
  for (const one of settings.certificates) {
    const its = settingsWith(settings, one)
    identities.push((await materialOf(await readSources(its), its)).identity)
  }
  const chains = identities.flatMap((identity) => identity?.chain ?? [])
  return validityWarnings([...chains, ...trusted], nowMs)
}

function requireKeys(settings: TlsServerSettings): void {
  const { clientAuth, truststore, ca } = settings
  for (const { keystore, cert } of [settings, ...settings.certificates]) {
    if (keystore === undefined && cert === undefined) throw tlsError('server-key-missing', {})
  }
  if (clientAuth !== 'none' && truststore === undefined && ca === undefined) {
    throw tlsError('server-trust-missing', { clientAuth })
  }
}

/** The keys of a door, which follow their files. */
export class TlsServer implements AsyncDisposable {
  readonly #settings: TlsServerSettings
  readonly #material: WatchedMaterial
  readonly #named: NamedCertificates
  readonly #logger: Logger

  constructor(
    settings: TlsServerSettings,
    keys: { readonly material: WatchedMaterial; readonly named: NamedCertificates },
    logger: Logger,
  ) {
    this.#settings = settings
    this.#material = keys.material
    this.#named = keys.named
    this.#logger = logger
  }

  /** For `tls.createServer` or `https.createServer`, whose server is then given to `guard`. */
  get options(): TlsOptions {
    const { clientAuth, handshakeMs } = this.#settings
    return {
      ...this.#material.current.context,
      ...(!this.#named.isEmpty && { SNICallback: this.#choose }),
      requestCert: clientAuth !== 'none',
      rejectUnauthorized: clientAuth === 'required',
      handshakeTimeout: handshakeMs,
    }
  }

  readonly #choose: NonNullable<TlsOptions['SNICallback']> = (name, chosen) => {
    chosen(null, this.#named.contextFor(name, this.#material.current))
  }

  /**
   * Keeps a server's keys fresh, refuses clients whose certificate is bad, and logs in one line
   * each why a handshake failed. Before the server's own listeners, so that those of
   * 'secureConnection' see clients that may stay only: look at `destroyed`.
   */
  guard(server: Server): void {
    this.#material.onReload(() => server.setSecureContext(this.#material.current.context))
    // Asked now, the address is known even when the connection is gone.
    server.on('connection', (socket) => socket.remoteAddress)
    server.on('tlsClientError', (error, socket) =>
      this.#refuse(socket, handshakeProblem(error, socket)),
    )
    server.prependListener('secureConnection', (socket) => {
      if (this.#settings.clientAuth !== 'requested' || peerOf(socket) === undefined) return
      const problem = certificateProblem(socket)
      if (problem !== undefined) this.#refuse(socket, problem)
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#material.close(), this.#named.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #refuse(socket: TLSSocket, why: string): void {
    const peer = peerOf(socket)
    this.#logger.warn('A TLS handshake failed', {
      client: clientOf(socket),
      ...(peer !== undefined && { certificate: subjectOf(peer) }),
      why,
    })
    socket.destroy()
  }
}

/** Whom the certificate of a client names (RFC 2253); undefined where it showed none, or a bad one. */
export function clientName(socket: TLSSocket): string | undefined {
  const peer = socket.authorized ? peerOf(socket) : undefined
  return peer === undefined ? undefined : subjectOf(peer)
}

function peerOf(socket: TLSSocket) {
  return socket.destroyed ? undefined : socket.getPeerX509Certificate()
}
