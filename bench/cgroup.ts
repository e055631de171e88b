import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = '/sys/fs/cgroup'

export interface Limits {
  readonly cores: number
  readonly memoryBytes: number
}

/**
 * Keeps a process within some cores and memory; returns how to let go, or undefined where this
 * user may not make control groups.
 */
export function confine(pid: number, name: string, limits: Limits): (() => void) | undefined {
  try {
    return existsSync(join(root, 'cgroup.controllers'))
      ? confineUnified(pid, name, limits)
      : confineByController(pid, name, limits)
  } catch {
    return undefined // The caller says so: not every machine lets its users do this.
  }
}

const periodMicroseconds = 100_000

function confineUnified(pid: number, name: string, { cores, memoryBytes }: Limits): () => void {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cpu.max'), `${cores * periodMicroseconds} ${periodMicroseconds}`)
  writeFileSync(join(folder, 'memory.max'), String(memoryBytes))
  writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  return () => rmdirSync(folder)
}

function confineByController(
  pid: number,
  name: string,
  { cores, memoryBytes }: Limits,
): () => void {
  const [cpu, memory] = [join(root, 'cpu', name), join(root, 'memory', name)]
  for (const folder of [cpu, memory]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(periodMicroseconds))
  writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(cores * periodMicroseconds))
  writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryBytes))
  for (const folder of [cpu, memory]) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  return () => {
    for (const folder of [cpu, memory]) rmdirSync(folder)
  }
}
