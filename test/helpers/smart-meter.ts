/** The smart meter and the connectors that keep its readings, as other systems' users configure them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RegistryClient } from '../../src/client/registry/index.ts'
import type { LeatProcess } from './leat.ts'
import type { Mariadb } from './mariadb.ts'
import { pythonOf } from './peers.ts'
import { outputOf } from './programs.ts'

export const meterPeer = 'confluent-serializers-2.15.0'
export const meterPrograms = join(import.meta.dirname, '..', 'journeys', 'programs')

/** The readings' schema as users paste it: a timestamp that only Connect's name tells. */
const schema = JSON.stringify({
  type: 'record',
  name: 'SmartMeterReading',
  namespace: 'com.OntarioTechU.SOFE4630U',
  fields: [
    { name: 'ID', type: 'long', doc: 'number of the reading' },
    { name: 'profile_name', type: 'string', doc: 'place' },
    { name: 'temperature', type: ['null', 'double'], doc: 'degrees' },
    { name: 'humidity', type: ['null', 'double'], doc: 'per cent' },
    { name: 'pressure', type: ['null', 'double'], doc: 'bar' },
    {
      name: 'modified',
      type: {
        'connect.name': 'org.apache.kafka.connect.data.Timestamp',
        'connect.version': 1,
        type: 'long',
      },
      doc: 'time of the reading',
    },
  ],
})

/** The meter, its file of credentials, and the id that is typed into it. */
export async function startMeter(leat: LeatProcess, more: Record<string, unknown> = {}) {
  const registry = new RegistryClient({ urls: [leat.registryUrl] })
  const schemaId = await registry.register('Readings-value', { type: 'AVRO', text: schema })
  const [credentials, schemaFile] = [
    join(leat.folder, 'cred.json'),
    join(leat.folder, 'schema.txt'),
  ]
  writeFileSync(credentials, JSON.stringify({ 'bootstrap.servers': leat.brokers, ...more }))
  writeFileSync(schemaFile, schema)
  const files = { CRED_FILE: credentials, SCHEMA_FILE: schemaFile, SCHEMA_ID: `${schemaId}` }
  const run = async (count: number) => {
    const env = { ...files, COUNT: `${count}`, INTERVAL: '0.001' }
    return await outputOf([pythonOf(meterPeer), join(meterPrograms, 'smart_meter.py')], {
      env,
    })
  }
  return { registry, credentials, run }
}

/** How a connector's configuration names the database. */
export function connectionOf(database: Mariadb) {
  return {
    'connection.host': '127.0.0.1',
    'connection.port': `${database.port}`,
    'connection.user': database.user,
    'connection.password': '',
    'db.name': 'Readings',
    'ssl.mode': 'prefer',
  }
}

export const smartMeter2MySQL = {
  'connector.class': 'MySqlSink',
  'kafka.auth.mode': 'KAFKA_API_KEY',
  'kafka.api.key': 'unused',
  'kafka.api.secret': 'unused',
  topics: 'Readings',
  'input.data.format': 'AVRO',
  'input.key.format': 'STRING',
  'insert.mode': 'UPSERT',
  'auto.create': 'true',
  'auto.evolve': 'true',
  'pk.mode': 'record_value',
  'pk.fields': 'ID',
  'tasks.max': '1',
}
