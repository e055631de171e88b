/**
 * Several machines with host names on one: network namespaces, and a cable from each to the one in the
 * middle, which they know by its names only.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Owner } from './folders.ts'
import { outputOf, runProgram } from './programs.ts'

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

export interface LaboratoryPlan<Middle extends string, Around extends string> {
  readonly middle: Middle
  /** What the others call the one in the middle. */
  readonly names: readonly string[]
  readonly around: readonly Around[]
}

export class Laboratory<Middle extends string, Around extends string> {
  readonly #prefix = `leat-${process.pid}`
  readonly #plan: LaboratoryPlan<Middle, Around>

  private constructor(plan: LaboratoryPlan<Middle, Around>) {
    this.#plan = plan
  }

  /** It is taken down with its owner. */
  static async setUp<Middle extends string, Around extends string>(
    owner: Owner,
    plan: LaboratoryPlan<Middle, Around>,
  ): Promise<Laboratory<Middle, Around>> {
    const laboratory = new Laboratory(plan)
    owner.after(() => laboratory.#takeDown())
    for (const machine of laboratory.#machines) {
      await outputOf(['ip', 'netns', 'add', laboratory.#name(machine)])
      await laboratory.#within(machine, 'ip', 'link', 'set', 'lo', 'up')
    }
    for (const [index, machine] of plan.around.entries()) {
      await laboratory.#connect(machine, index + 1)
    }
    return laboratory
  }

  /** The command, as it runs on that machine. */
  on(machine: Middle | Around, command: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.#name(machine), ...command]
  }

  async pullCable(machine: Around): Promise<void> {
    await this.#within(this.#plan.middle, 'ip', 'link', 'set', machine, 'down')
  }

  async plugCable(machine: Around): Promise<void> {
    await this.#within(this.#plan.middle, 'ip', 'link', 'set', machine, 'up')
  }

  /** Nobody else opens a connection to that machine; it opens what it likes. It needs nftables. */
  async closeTo(machine: Middle | Around): Promise<void> {
    const rules = `
      table inet leat {
        chain in {
          type filter hook input priority 0; policy drop;
          iifname "lo" accept
          ct state established,related accept
        }
      }`
    await this.#within(machine, 'nft', rules)
  }

  /** The address of a machine around the middle. */
  addressOf(machine: Around): string {
    return `10.77.${this.#plan.around.indexOf(machine) + 1}.2`
  }

  get #machines(): (Middle | Around)[] {
    return [this.#plan.middle, ...this.#plan.around]
  }

  async #connect(machine: Around, net: number): Promise<void> {
    const { middle, names } = this.#plan
    const [here, other] = [this.#name(middle), this.#name(machine)]
    await this.#within(
      middle,
      ...['ip', 'link', 'add', machine, 'type', 'veth', 'peer', 'name', 'lan', 'netns', other],
    )
    await outputOf(['ip', '-n', here, 'address', 'add', `10.77.${net}.1/24`, 'dev', machine])
    await outputOf(['ip', '-n', here, 'link', 'set', machine, 'up'])
    await outputOf(['ip', '-n', other, 'address', 'add', `10.77.${net}.2/24`, 'dev', 'lan'])
    await outputOf(['ip', '-n', other, 'link', 'set', 'lan', 'up'])
    // `ip netns exec` shows this file as the machine's /etc/hosts.
    const folder = join('/etc/netns', other)
    mkdirSync(folder, { recursive: true })
    const known = `127.0.0.1 localhost\n10.77.${net}.1 ${names.join(' ')}\n`
    writeFileSync(join(folder, 'hosts'), known)
  }

  async #within(machine: Middle | Around, ...command: string[]): Promise<void> {
    await outputOf(this.on(machine, command))
  }

  #name(machine: Middle | Around): string {
    return `${this.#prefix}-${machine}`
  }

  async #takeDown(): Promise<void> {
    for (const machine of this.#machines) {
      await runProgram(['ip', 'netns', 'delete', this.#name(machine)])
      rmSync(join('/etc/netns', this.#name(machine)), { recursive: true, force: true })
    }
  }
}
