/** The suite that every connector passes, for the JDBC connectors on real databases. */
import { testSink, testSource } from '../../src/connect/testing/index.ts'
import { jdbcSink } from '../../src/connectors/jdbc/sink/plugins.ts'
import { jdbcSource } from '../../src/connectors/jdbc/source/plugins.ts'
import { describeDatabases } from '../helpers/databases.ts'

describeDatabases('the suite of connectors', (place, system) => {
  const placeOfSink = async (more: Record<string, string>) => {
    const { config, ask } = await place()
    const values = async () => {
      const rows = await ask('SELECT record_value FROM suite').catch(() => [])
      return rows.map((row) => `${row.record_value}`)
    }
    return { config: { ...config, 'auto.create': 'true', ...more }, values }
  }
  testSink({ plugin: jdbcSink, place: () => placeOfSink({}) })
  testSink({ plugin: jdbcSink, place: () => placeOfSink({ consistency: 'exactly-once' }) })

  testSource({
    plugin: jdbcSource,
    place: async () => {
      const { config, ask } = await place()
      const id = system === 'mysql' ? 'BIGINT AUTO_INCREMENT' : 'BIGSERIAL'
      await ask(`CREATE TABLE suite (id ${id} PRIMARY KEY, text VARCHAR(20))`)
      const add = async (values: readonly string[]) => {
        await ask(`INSERT INTO suite (text) VALUES ${values.map((text) => `('${text}')`).join()}`)
      }
      const reading = { mode: 'incrementing', 'poll.interval.ms': '100', 'topic.prefix': 'p' }
      return { config: { ...config, ...reading, 'poll.linger.ms': '100' }, add }
    },
    textOf: ({ value }) => (value as { text: string }).text,
  })
})
