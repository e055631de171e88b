import type { PositionStatements } from '../dialect.ts'

export const postgresqlPositions: PositionStatements = {
  create:
    'CREATE TABLE IF NOT EXISTS leat_offsets (connector TEXT NOT NULL, topic TEXT NOT NULL, partition INT NOT NULL, next BIGINT NULL, epoch BIGINT NOT NULL, PRIMARY KEY (connector, topic, partition))',
  claim: (connector, topic, partition) => ({
    sql: 'INSERT INTO leat_offsets AS held (connector, topic, partition, next, epoch) VALUES ($1, $2, $3, NULL, 1) ON CONFLICT (connector, topic, partition) DO UPDATE SET epoch = held.epoch + 1',
    values: [connector, topic, `${partition}`],
  }),
  read: (connector, topic, partition) => ({
    sql: 'SELECT next, epoch FROM leat_offsets WHERE connector = $1 AND topic = $2 AND partition = $3 FOR UPDATE',
    values: [connector, topic, `${partition}`],
  }),
  advance: (connector, topic, partition, next) => ({
    sql: 'UPDATE leat_offsets SET next = $1 WHERE connector = $2 AND topic = $3 AND partition = $4',
    values: [`${next}`, connector, topic, `${partition}`],
  }),
}
