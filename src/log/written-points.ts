/**
 * The file `written-points`, of durability `os`: up to where the operating system has the segments,
 * synced or not. Its points hold after `kill -9`, as long as the machine has not been started anew;
 * so the file names the boot of its machine. And they are those of the runs that go on from one
 * another since `recovery-points` got its epoch: whoever else starts raises that.
 *
 * It is never synced and only saves time. Where it does not count, recovery begins at the points of
 * `recovery-points`, which are never newer.
 */
import { MalformedBytes } from '../base/bytes.ts'
import type { Files } from '../base/files.ts'
import {
  beginPoints,
  finishPoints,
  openPoints,
  type Points,
  readPoints,
  replaceFile,
} from './points-file.ts'
import type { Processes } from './processes.ts'
import { pointPlace, type RecoveryPoints } from './recovery-points.ts'
import { segmentName } from './segment.ts'

export interface WrittenPoints {
  /** Of the machine. */
  readonly boot: string
  /** That of the `recovery-points` beside it. */
  readonly firstEpoch: number
  readonly points: Points
}

export interface Beside {
  readonly known: RecoveryPoints | undefined
  readonly processes: Processes
  /** By partition key. */
  readonly folders: ReadonlyMap<string, string>
}

const magic = 0x6c777074

export function encodeWrittenPoints({ boot, firstEpoch, points }: WrittenPoints): Buffer {
  const writer = beginPoints(magic)
  writer.int64(BigInt(firstEpoch))
  const bootBytes = Buffer.byteLength(boot)
  writer.uint32(bootBytes)
  writer.utf8(boot, bootBytes)
  return finishPoints(writer, points)
}

export function writtenPointsPath(directory: string): string {
  return `${directory}/written-points`
}

/** There for the next process when it resolves, not for the next boot. */
export async function storeWrittenPoints(
  files: Files,
  directory: string,
  bytes: Buffer,
): Promise<void> {
  await replaceFile(files, writtenPointsPath(directory), bytes, async () => {})
}

/** The points of the file if they count; `onVoid` hears why those that are there do not. */
export function loadWrittenPoints(
  files: Files,
  directory: string,
  beside: Beside,
  onVoid: (why: string) => void,
): Points | undefined {
  try {
    const written = read(files, directory)
    if (written === undefined) return undefined
    const why = whyVoid(files, written, beside)
    if (why === undefined) return written.points
    onVoid(why)
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    onVoid(`the file is damaged: ${error.message}`)
  }
  return undefined
}

function read(files: Files, directory: string): WrittenPoints | undefined {
  const reader = openPoints(files, writtenPointsPath(directory), magic)
  if (reader === undefined) return undefined
  const firstEpoch = Number(reader.int64())
  const boot = reader.bytes(reader.uint32()).toString('utf8')
  return { boot, firstEpoch, points: readPoints(reader) }
}

function whyVoid(
  files: Files,
  { boot, firstEpoch, points }: WrittenPoints,
  { known, processes, folders }: Beside,
): string | undefined {
  if (known === undefined) return "there is no 'recovery-points' beside it"
  if (known.firstEpoch !== firstEpoch) return "somebody has written 'recovery-points' after it"
  if (processes.boot() !== boot) return 'the machine has been started anew'
  for (const [key, folder] of folders) {
    const point = points.get(key)
    if (point === undefined) continue
    const { segmentBase, position } = pointPlace(point)
    const path = `${folder}/${segmentName(segmentBase)}.log`
    // Whatever has taken its end may have taken what others had not synced as well.
    if ((files.sizeOf(path) ?? 0) < position) return `'${path}' is shorter than it was`
  }
  return undefined
}
