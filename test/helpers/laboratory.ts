/**
 * Three machines with host names on one: network namespaces and cables between them. The machine
 * `broker` has a cable to `reader` and one to `writer`, which know it by its name only.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Owner } from './folders.ts'
import { outputOf, runProgram } from './programs.ts'

export type Machine = 'broker' | 'reader' | 'writer'

/** Says why no laboratory can be set up here, if none can. */
export function withoutLaboratory(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'network namespaces need Linux and its root'
  }
  const name = `leat-try-${process.pid}`
  const made = spawnSync('ip', ['netns', 'add', name])
  if (made.status !== 0) return 'network namespaces cannot be made here (ip netns add)'
  spawnSync('ip', ['netns', 'delete', name])
  return false
}

export class Laboratory {
  readonly #prefix = `leat-${process.pid}`

  /** It is taken down with its owner. */
  static async setUp(owner: Owner): Promise<Laboratory> {
    const laboratory = new Laboratory()
    owner.after(() => laboratory.#takeDown())
    for (const machine of ['broker', 'reader', 'writer'] as const) {
      await outputOf(['ip', 'netns', 'add', laboratory.#name(machine)])
      await laboratory.#within(machine, 'ip', 'link', 'set', 'lo', 'up')
    }
    await laboratory.#connect('reader', 1)
    await laboratory.#connect('writer', 2)
    return laboratory
  }

  /** The command, as it runs on that machine. */
  on(machine: Machine, command: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.#name(machine), ...command]
  }

  async pullCable(machine: 'reader' | 'writer'): Promise<void> {
    await this.#within('broker', 'ip', 'link', 'set', machine, 'down')
  }

  async plugCable(machine: 'reader' | 'writer'): Promise<void> {
    await this.#within('broker', 'ip', 'link', 'set', machine, 'up')
  }

  async #connect(machine: 'reader' | 'writer', net: number): Promise<void> {
    const [broker, other] = [this.#name('broker'), this.#name(machine)]
    await this.#within(
      'broker',
      ...['ip', 'link', 'add', machine, 'type', 'veth', 'peer', 'name', 'lan', 'netns', other],
    )
    await outputOf(['ip', '-n', broker, 'address', 'add', `10.77.${net}.1/24`, 'dev', machine])
    await outputOf(['ip', '-n', broker, 'link', 'set', machine, 'up'])
    await outputOf(['ip', '-n', other, 'address', 'add', `10.77.${net}.2/24`, 'dev', 'lan'])
    await outputOf(['ip', '-n', other, 'link', 'set', 'lan', 'up'])
    // `ip netns exec` shows this file as the machine's /etc/hosts.
    const folder = join('/etc/netns', other)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n10.77.${net}.1 broker\n`)
  }

  async #within(machine: Machine, ...command: string[]): Promise<void> {
    await outputOf(this.on(machine, command))
  }

  #name(machine: Machine): string {
    return `${this.#prefix}-${machine}`
  }

  async #takeDown(): Promise<void> {
    for (const machine of ['broker', 'reader', 'writer'] as const) {
      await runProgram(['ip', 'netns', 'delete', this.#name(machine)])
      rmSync(join('/etc/netns', this.#name(machine)), { recursive: true, force: true })
    }
  }
}
