import type { PositionStatements } from '../dialect.ts'

/** Names and topics are told apart by every letter, hence the collation. */
const exact = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL'

export const mysqlPositions: PositionStatements = {
  create: `CREATE TABLE IF NOT EXISTS leat_offsets (connector VARCHAR(255) ${exact}, topic VARCHAR(249) ${exact}, \`partition\` INT NOT NULL, next BIGINT NULL, epoch BIGINT NOT NULL, PRIMARY KEY (connector, topic, \`partition\`)) ENGINE=InnoDB`,
  claim: (connector, topic, partition) => ({
    sql: 'INSERT INTO leat_offsets (connector, topic, `partition`, next, epoch) VALUES (?, ?, ?, NULL, 1) ON DUPLICATE KEY UPDATE epoch = epoch + 1',
    values: [connector, topic, `${partition}`],
  }),
  read: (connector, topic, partition) => ({
    sql: 'SELECT next, epoch FROM leat_offsets WHERE connector = ? AND topic = ? AND `partition` = ? FOR UPDATE',
    values: [connector, topic, `${partition}`],
  }),
  advance: (connector, topic, partition, next) => ({
    sql: 'UPDATE leat_offsets SET next = ? WHERE connector = ? AND topic = ? AND `partition` = ?',
    values: [`${next}`, connector, topic, `${partition}`],
  }),
}
