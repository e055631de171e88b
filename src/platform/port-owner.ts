/**
 * Which process listens on a TCP port, where the system tells: Linux lists the sockets in
 * /proc/net/tcp and tcp6, and each process its sockets in /proc/PID/fd (those of other users only
 * to root).
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Such as `process 4711 (java -jar kafka.jar)`; undefined where the system does not tell. */
export function portOwner(port: number, proc = '/proc'): string | undefined {
  const sockets = new Set(
    ['tcp', 'tcp6'].flatMap((table) => listeningSockets(read(join(proc, 'net', table)), port)),
  )
  if (sockets.size === 0) return undefined
  for (const id of list(proc).filter((name) => /^\d+$/.test(name))) {
    const descriptors = join(proc, id, 'fd')
    if (list(descriptors).some((name) => sockets.has(link(join(descriptors, name))))) {
      return `process ${id} (${commandOf(join(proc, id))})`
    }
  }
  return undefined
}

const longestCommand = 60

/** What was typed to start it; the name of the program where that is not told. */
function commandOf(folder: string): string {
  const typed = read(join(folder, 'cmdline')).replaceAll('\0', ' ').trim()
  const command = typed === '' ? read(join(folder, 'comm')).trim() : typed
  return command.length > longestCommand ? `${command.slice(0, longestCommand)}…` : command
}

/** The state "listen" in the kernel's table (include/net/tcp_states.h). */
const listening = '0A'

function listeningSockets(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === listening && local?.endsWith(`:${wanted}`))
    .map((fields) => `socket:[${fields[9]}]`)
}

// Processes end while they are looked at, and those of others may not be looked into: what cannot
// be read tells nothing, which is an answer.
function read(path: string): string {
  return orElse('', () => readFileSync(path, 'utf8'))
}

function list(path: string): string[] {
  return orElse([], () => readdirSync(path))
}

function link(path: string): string {
  return orElse('', () => readlinkSync(path))
}

function orElse<Value>(nothing: Value, look: () => Value): Value {
  try {
    return look()
  } catch {
    return nothing
  }
}
