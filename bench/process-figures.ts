import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts a process' time in these. */
const ticksPerSecond = 100

/** User and system seconds that a process and its children have used. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  const own = [fields[11], fields[12], fields[13], fields[14]]
  const ticks = own.reduce<number>((sum, field) => sum + Number(field), 0)
  return ticks / ticksPerSecond + childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), 0)
}

/** Resident memory of a process and its children, in megabytes. */
export function residentMegabytes(pid: number): number {
  const own = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (
    Number(own ?? 0) / 1024 +
    childrenOf(pid).reduce((sum, child) => sum + residentMegabytes(child), 0)
  )
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    childrenOfThread(pid, task).split(' ').filter(Boolean).map(Number),
  )
}

function childrenOfThread(pid: number, task: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
  } catch (error) {
    // Threads come and go.
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return ''
    throw error
  }
}

/** The fields of /proc/PID/stat behind the name, which may itself contain blanks. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
