/** The certificates of a listener beside its own: which one a client sees that asks for a name (SNI). */
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Material } from './material.ts'
import type { CertificateSettings, TlsServerSettings } from './settings.ts'
import { WatchedMaterial, type WatchOptions } from './watched-material.ts'

export class NamedCertificates implements AsyncDisposable {
  readonly #others: readonly WatchedMaterial[]
  /** Of the keys that files have now. */
  readonly #contexts = new WeakMap<Material, SecureContext>()

  private constructor(others: readonly WatchedMaterial[]) {
    this.#others = others
  }

  /** Throws a `tlsError` where one of them cannot be used. */
  static async open(settings: TlsServerSettings, watch: WatchOptions): Promise<NamedCertificates> {
    await using opened = new AsyncDisposableStack()
    const others: WatchedMaterial[] = []
    for (const one of settings.certificates) {
      others.push(opened.use(await WatchedMaterial.open(settingsWith(settings, one), watch)))
    }
    opened.move()
    return new NamedCertificates(others)
  }

  get isEmpty(): boolean {
    return this.#others.length === 0
  }

  /** The first that is for this name; undefined where there is none, or the listener's own is. */
  contextFor(name: string, own: Material): SecureContext | undefined {
    if (isFor(name, own)) return undefined
    const found = this.#others.find(({ current }) => isFor(name, current))?.current
    if (found === undefined) return undefined
    const context = this.#contexts.get(found) ?? createSecureContext(found.context)
    this.#contexts.set(found, context)
    return context
  }

  async close(): Promise<void> {
    await Promise.all(this.#others.map((other) => other.close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What else is agreed on is the same under every certificate. */
export function settingsWith(
  settings: TlsServerSettings,
  certificate: CertificateSettings,
): TlsServerSettings {
  return { ...settings, ...certificate, certificates: [] }
}

function isFor(name: string, { identity }: Material): boolean {
  return identity?.chain[0]?.checkHost(name) !== undefined
}
