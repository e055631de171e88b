import type { Clock, Timer } from '../base/clock.ts'
import { systemCode } from '../base/errors.ts'
import type { Files, OpenFile } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { JournalGroup } from './journal-group.ts'

export const journalNames = ['journal-0', 'journal-1'] as const

/** How far ahead of what is written a file is filled; a leat that is asked little fills no more. */
const fillAheadBytes = 2 * 1024 * 1024
const fillPieceBytes = 1024 * 1024
/** Pauses between the pieces, so that filling 128 MiB does not disturb those who write. */
const fillPauseMs = 25

export interface JournalOptions {
  readonly files: Files
  readonly directory: string
  readonly clock: Clock
  readonly logger: Logger
  readonly journalBytes: number
  /** Above every epoch that was ever written. */
  readonly epoch: number
}

/**
 * Two files in turn. What is written between two rotations is of one epoch; a rotation happens at
 * the start of a checkpoint, and the file that it leaves is free once that checkpoint is done.
 */
export class Journal {
  readonly #files: readonly OpenFile[]
  readonly #options: JournalOptions
  #current = 0
  #position = 0
  #epoch: number
  #sequence = 0
  #filling: Timer | undefined
  readonly #filledBytes: number[]
  #isDiskFull = false

  private constructor(files: readonly OpenFile[], options: JournalOptions) {
    this.#files = files
    this.#filledBytes = files.map((file) => file.size())
    this.#options = options
    this.#epoch = options.epoch
  }

  static open(options: JournalOptions): Journal {
    const { files, directory } = options
    const opened = journalNames.map((name) => files.open(`${directory}/${name}`, { create: true }))
    return new Journal(opened, options)
  }

  get epoch(): number {
    return this.#epoch
  }

  fits(bytes: number): boolean {
    return this.#position + bytes <= this.#options.journalBytes
  }

  /** Writes a group behind the one before it, which must be on the disk; returns the file to sync. */
  write(group: JournalGroup): OpenFile {
    const file = this.#files[this.#current] as OpenFile
    file.writeAll(group.sealed(this.#epoch, this.#sequence), this.#position)
    this.#position += group.bytes
    this.#sequence++
    this.#fillLater()
    return file
  }

  /** The next group goes to the other file. The epoch returned is the first that replay then needs. */
  rotate(): number {
    if (this.#position > 0) {
      this.#current = 1 - this.#current
      this.#position = 0
      this.#epoch++
    }
    return this.#epoch
  }

  close(): void {
    this.#filling?.cancel()
    for (const file of this.#files) file.close()
  }

  /** Zeros ahead of time: to sync a file that does not grow is the faster one. */
  #fillLater(): void {
    if (this.#filling !== undefined || this.#isDiskFull) return
    const turn = this.#fileToFill()
    if (turn === undefined) return
    this.#filling = this.#options.clock.after(fillPauseMs, () => {
      this.#filling = undefined
      this.#fillPiece(turn)
      this.#fillLater()
    })
  }

  /** The one that is written comes first; what it needs now, the other needs after the rotation. */
  #fileToFill(): number | undefined {
    const ahead = fillAheadBytes + 2 * this.#position
    const wantedBytes = Math.min(ahead, this.#options.journalBytes)
    const turns = [this.#current, 1 - this.#current]
    return turns.find((turn) => (this.#filledBytes[turn] ?? wantedBytes) < wantedBytes)
  }

  #fillPiece(turn: number): void {
    const file = this.#files[turn] as OpenFile
    const size = file.size()
    const bytes = Math.min(fillPieceBytes, this.#options.journalBytes - size)
    try {
      if (bytes > 0) file.write(Buffer.alloc(bytes), size)
      this.#filledBytes[turn] = file.size()
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error
      this.#isDiskFull = true
      this.#options.logger.warn('The disk has no room for the whole journal; it grows as needed.')
    }
  }
}
