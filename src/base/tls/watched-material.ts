import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { type Material, materialOf } from './material.ts'
import { isPemText } from './pem.ts'
import { fileSettings, type TlsSettings } from './settings.ts'
import { fingerprintOf, readSources, type Sources } from './sources.ts'
import { validityWarnings } from './validity.ts'

/** Files are looked at so often, for what no watch tells (a network's disk, a link to a link). */
export const pollMs = 30_000
/** Several files that are replaced together are read together. */
const settleMs = 200
/** Certificates that end soon are spoken of so often. */
const warnMs = 24 * 60 * 60 * 1000

export interface WatchOptions {
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * Keys and certificates that follow their files. Files that cannot be used leave the former ones
 * in place, and the log says why, once for each such change.
 */
export class WatchedMaterial implements AsyncDisposable {
  readonly #settings: TlsSettings
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #watchers: FSWatcher[] = []
  readonly #listeners: (() => void)[] = []
  #current: Material
  /** What was read last, whether it could be used or not. */
  #seen: string
  #warnedAtMs = Number.NEGATIVE_INFINITY
  #timer: Timer | undefined
  #isSettling = false
  #looking: Promise<void> | undefined
  #isClosed = false

  private constructor(
    material: Material,
    sources: Sources,
    settings: TlsSettings,
    { logger, clock }: WatchOptions,
  ) {
    this.#current = material
    this.#seen = fingerprintOf(sources)
    this.#settings = settings
    this.#logger = logger
    this.#clock = clock
  }

  /** Throws a `tlsError` where they cannot be used. */
  static async open(settings: TlsSettings, options: WatchOptions): Promise<WatchedMaterial> {
    const sources = await readSources(settings)
    const material = await materialOf(sources, settings)
    const watched = new WatchedMaterial(material, sources, settings, options)
    watched.#warn()
    watched.#watch()
    watched.#lookIn(pollMs)
    return watched
  }

  get current(): Material {
    return this.#current
  }

  /** Calls the listener after each change. */
  onReload(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    for (const watcher of this.#watchers) watcher.close()
    await this.#looking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #watch(): void {
    const paths = fileSettings.flatMap((name) => this.#settings[name] ?? [])
    const folders = new Set(paths.filter((path) => !isPemText(path)).map((path) => dirname(path)))
    for (const folder of folders) {
      try {
        // A folder tells of files that are put in another's place, a file does not.
        const watcher = watch(folder, { persistent: false }, () => this.#settle())
        watcher.on('error', () => watcher.close())
        this.#watchers.push(watcher)
      } catch (error) {
        this.#logger.debug('A folder of certificates cannot be watched', { error: said(error) })
      }
    }
  }

  #settle(): void {
    if (this.#isSettling) return
    this.#isSettling = true
    this.#lookIn(settleMs)
  }

  #lookIn(ms: number): void {
    this.#timer?.cancel()
    if (this.#isClosed) return
    this.#timer = this.#clock.after(ms, () => {
      this.#isSettling = false
      this.#looking = this.#look().then(() => {
        if (!this.#isSettling) this.#lookIn(pollMs)
      })
    })
  }

  async #look(): Promise<void> {
    try {
      const sources = await readSources(this.#settings)
      const fingerprint = fingerprintOf(sources)
      if (fingerprint !== this.#seen) {
        this.#seen = fingerprint
        this.#use(await materialOf(sources, this.#settings))
      }
    } catch (error) {
      this.#logger.error('Changed keys or certificates cannot be used; the former ones stay', {
        error: said(error),
      })
    }
    this.#warn()
  }

  #use(material: Material): void {
    this.#current = material
    this.#warnedAtMs = Number.NEGATIVE_INFINITY
    this.#logger.info('Keys and certificates have changed; new connections have the new ones')
    for (const listener of this.#listeners) listener()
  }

  #warn(): void {
    const nowMs = this.#clock.now()
    if (nowMs - this.#warnedAtMs < warnMs) return
    this.#warnedAtMs = nowMs
    const { identity, trusted = [] } = this.#current
    for (const warning of validityWarnings([...(identity?.chain ?? []), ...trusted], nowMs)) {
      this.#logger.warn(warning)
    }
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
