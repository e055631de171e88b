/** MySQL's column types on the wire, by number. */
export const columnTypes: Readonly<Record<number, string>> = {
  0: 'decimal',
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  4: 'float',
  5: 'double',
  // An instant, which the session shows in UTC.
  7: 'timestamptz',
  8: 'bigint',
  9: 'int',
  10: 'date',
  11: 'time',
  12: 'datetime',
  13: 'year',
  14: 'date',
  246: 'decimal',
}

export const bitType = 16
