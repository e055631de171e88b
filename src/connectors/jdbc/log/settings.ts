import { crc32c } from '../../../base/crc32c.ts'
import type { Address } from '../address.ts'
import type { LogSettings } from '../dialects/log.ts'
import type { LogValues } from '../options/log.ts'
import type { SourceValues } from '../source/settings.ts'

/** What becomes of a deleted row. */
export type Deletes = 'tombstone' | 'rewrite-with-tombstone' | 'drop'

export function deletesOf(values: LogValues): Deletes {
  return values['delete.tombstone.handling.mode'] as Deletes
}

export function logSettings(
  values: LogValues & SourceValues,
  connector: string,
  { database }: Address,
): LogSettings {
  const slot = values['slot.name'] ?? slotOf(connector)
  return {
    slot,
    publication: values['publication.name'] ?? slot,
    publicationMode: values['publication.autocreate.mode'] ?? 'filtered',
    serverId: values['database.server.id'] ?? serverIdOf(connector),
    database: values['catalog.pattern'] === undefined && database !== '' ? database : undefined,
    wholeDeletes: deletesOf(values) === 'rewrite-with-tombstone',
  }
}

const mostNameLength = 63

/** Names that differ in other letters only, or at their ends, get slots that differ. */
function slotOf(connector: string): string {
  const plain = `leat_${connector.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`
  if (plain === `leat_${connector}` && plain.length <= mostNameLength) return plain
  const mark = `_${checksumOf(connector).toString(16).padStart(8, '0')}`
  return plain.slice(0, mostNameLength - mark.length) + mark
}

/** Above the small numbers that people give to servers. */
const firstServerId = 1_000_000_000

function serverIdOf(connector: string): number {
  return firstServerId + (checksumOf(connector) % firstServerId)
}

function checksumOf(text: string): number {
  return crc32c(Buffer.from(text)) >>> 0
}
