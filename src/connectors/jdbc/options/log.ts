import type { Options, ValuesOf } from '../../../connect/kit/index.ts'

const log = { group: 'Log' } as const

/** What mode=log can be told; the names are Debezium's. */
export const logOptions = {
  'snapshot.mode': {
    ...log,
    type: 'string',
    default: 'initial',
    oneOf: ['initial', 'no_data'],
    about:
      'With mode=log, whether the rows that a table has when it is first seen are read before its changes.',
    importance: 'medium',
  },
  'delete.tombstone.handling.mode': {
    ...log,
    type: 'string',
    default: 'tombstone',
    oneOf: ['tombstone', 'rewrite-with-tombstone', 'drop'],
    about:
      'With mode=log, what a deleted row becomes: a record without a value; before it the row as it was, with the header __deleted; or nothing.',
    importance: 'medium',
  },
} as const satisfies Options

export const mysqlLogOptions = {
  'database.server.id': {
    ...log,
    type: 'long',
    default: null,
    least: 1,
    most: 2 ** 32 - 1,
    about:
      "With mode=log, the number of this reader among the server's replicas; else made of the connector's name.",
    importance: 'low',
  },
} as const satisfies Options

export const postgresqlLogOptions = {
  'slot.name': {
    ...log,
    type: 'string',
    default: null,
    about:
      "With mode=log, the replication slot, which is made if it is missing; else made of the connector's name.",
    importance: 'medium',
    check: (name: string) =>
      /^[a-z0-9_]{1,63}$/.test(name)
        ? undefined
        : 'Write up to 63 small letters, digits and underscores.',
  },
  'publication.name': {
    ...log,
    type: 'string',
    default: null,
    about: 'With mode=log, the publication; else it is called as the slot is.',
    importance: 'medium',
  },
  'publication.autocreate.mode': {
    ...log,
    type: 'string',
    default: 'filtered',
    oneOf: ['filtered', 'all_tables', 'disabled'],
    about:
      'With mode=log, whether a publication is made of the tables that are read, of all tables, or not at all.',
    importance: 'low',
  },
} as const satisfies Options

/** Those of all databases; a plugin for one database has not all of them. */
export type LogValues = ValuesOf<typeof logOptions> &
  Partial<ValuesOf<typeof mysqlLogOptions> & ValuesOf<typeof postgresqlLogOptions>>
