import { catalogue } from '../base/errors.ts'

/** What can go wrong with the log without being our fault, for the operator or the client to act on. */
export const logError = catalogue({
  'log-sealed': {
    says: ({ directory }: { directory: string }) =>
      `The log in '${directory}' takes no more writes, because a write to its disk failed. Reads go on. See that the disk is healthy, then restart.`,
  },
  'disk-full': {
    says: ({ path }: { path: string }) =>
      `There is no space left on the disk of '${path}'; nothing was written. Free some space: writes then work again.`,
    retriable: true,
  },
  'partition-deleted': {
    says: ({ topic, partition }: { topic: string; partition: number }) =>
      `Partition ${topic}-${partition} is deleted.`,
  },
  'partition-exists': {
    says: ({ topic, partition }: { topic: string; partition: number }) =>
      `Partition ${topic}-${partition} is already there.`,
  },
  'offset-out-of-range': {
    says: (at: { topic: string; partition: number; offset: bigint; from: bigint; to: bigint }) =>
      `Offset ${at.offset} of ${at.topic}-${at.partition} is not in the log, which goes from ${at.from} to ${at.to}.`,
  },
  'out-of-order-sequence': {
    says: (at: { producerId: bigint; expected: number; got: number }) =>
      `Producer ${at.producerId} sent sequence ${at.got} where ${at.expected} comes next.`,
  },
  'duplicate-sequence': {
    says: (at: { producerId: bigint; expected: number; got: number }) =>
      `Producer ${at.producerId} sent sequence ${at.got} again, longer ago than its offset is remembered; ${at.expected} comes next.`,
  },
  'invalid-producer-epoch': {
    says: (at: { producerId: bigint; current: number; got: number }) =>
      `Producer ${at.producerId} wrote with epoch ${at.got}; a newer one, ${at.current}, has taken its place.`,
  },
  'damaged-segment': {
    says: ({ path, position, what }: { path: string; position: number; what: string }) =>
      `The segment '${path}' is damaged at position ${position}: ${what}. Restore the file from a backup, or delete the records of this segment, which ends where the next one's name says.`,
  },
  'missing-records': {
    says: ({ path, position }: { path: string; position: number }) =>
      `The segment '${path}' ought to reach position ${position} at least, but the file is gone or shorter. Restore the data directory from a backup; or remove its file 'recovery-points' to go on with what is left.`,
  },
  'damaged-journal': {
    says: ({ path, position, what }: { path: string; position: number; what: string }) =>
      `The journal '${path}' is damaged at position ${position}: ${what}. Acknowledged records may be lost. Restore the data directory from a backup; or remove 'journal-0' and 'journal-1' to go on without what only they hold.`,
  },
  'damaged-recovery-points': {
    says: ({ path }: { path: string }) =>
      `The file '${path}' is damaged. Restore it from a backup; or remove it to have every batch of the log read and checked at the next start (deleted records may come back).`,
  },
  'damaged-partition': {
    says: ({ folder, what }: { folder: string; what: string }) =>
      `The folder '${folder}' holds records, but ${what}. Restore its 'partition.metadata' from a backup, or move the folder away.`,
  },
  'newer-format': {
    says: ({ directory, found, known }: { directory: string; found: string; known: number }) =>
      `The data directory '${directory}' has format ${found}, this leat knows format ${known}. Use a newer leat, or another directory.`,
  },
  'not-a-data-directory': {
    says: ({ directory }: { directory: string }) =>
      `'${directory}' is not empty and has no file 'format', so it is not a data directory of leat. Name another one.`,
  },
  'directory-locked': {
    says: ({ directory, pid }: { directory: string; pid: number }) =>
      `The data directory '${directory}' is in use by process ${pid}. Stop that process, or name another directory.`,
  },
  'directory-not-writable': {
    says: ({ directory, reason }: { directory: string; reason: string }) =>
      `The data directory '${directory}' cannot be used (${reason}). Give this user the right to write to it, or name another one.`,
  },
})
