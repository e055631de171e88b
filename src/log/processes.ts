import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Which process this is, and which others live: as a parameter, since a test cannot die. */
export interface Processes {
  readonly pid: number
  /** A text that differs between two processes that have the same id one after the other. */
  startOf(pid: number): string | undefined
  /** A text that another boot of the machine does not have; nothing where it is not told. */
  boot(): string | undefined
}

export const systemProcesses: Processes = {
  pid: process.pid,
  startOf: (pid) => (existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid)),
  boot: () => (existsSync(bootIdPath) ? readFileSync(bootIdPath, 'utf8').trim() : bootFromSysctl()),
}

/** Linux, random(4): what a boot is told by, in containers too. */
const bootIdPath = '/proc/sys/kernel/random/boot_id'

/** Linux, proc(5): the 22nd field, in ticks since the boot, which has an id of its own. */
function startFromProc(pid: number): string | undefined {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return undefined
  const stat = readFileSync(path, 'utf8')
  // The second field is the program's name in parentheses, which may hold anything.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return `${readFileSync(bootIdPath, 'utf8').trim()} ${ticks}`
}

/** macOS, sysctl(3). */
function bootFromSysctl(): string | undefined {
  try {
    const printed = execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' })
    return printed.trim() === '' ? undefined : printed.trim()
  } catch {
    // There is no such program, or no such name: the boot is not told.
    return undefined
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const printed = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return printed.trim() === '' ? undefined : printed.trim()
  } catch {
    // ps ends with an error if there is no such process.
    return undefined
  }
}
