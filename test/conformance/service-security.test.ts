/** Reader and Writer, and SINETStream for Python, get into the same Apache Kafka by the same service file. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { KafkaClient } from '../../src/client/index.ts'
import { Reader, Writer } from '../../src/index.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { startSecureKafka, users } from '../helpers/secure-kafka.ts'

const publish = `
import sys
from sinetstream import MessageWriter
with MessageWriter(sys.argv[1]) as writer:
    writer.publish(b'from python')
`
const read = `
import sys
from sinetstream import MessageReader
begin = {'group_id': 'python', 'auto_offset_reset': 'earliest'}
with MessageReader(sys.argv[1], receive_timeout_ms=60000, type_spec=begin) as reader:
    for message in reader:
        if message.value == b'from leat':
            print('heard')
            break
`

test('by one service file, Python and leat log in and show certificates', {
  skip: withoutPeer(...apacheKafkaPeers, 'sinetstream'),
}, async (t) => {
  const { authority, brokers } = await startSecureKafka(t)
  const { certificate, key } = await authority.sign('service')
  const folder = temporaryFolder(t)
  const config_file = join(folder, '.sinetstream_config.yml')
  const ca = authority.certificate
  const plain = {
    ...{ security_protocol: 'SASL_SSL', sasl_mechanism: 'PLAIN', ssl_cafile: ca },
    ...{ sasl_plain_username: 'alice', sasl_plain_password: users.alice },
  }
  const scram = { ...plain, security_protocol: 'SASL_PLAINTEXT', sasl_mechanism: 'SCRAM-SHA-512' }
  const services = {
    password: { brokers: brokers.SASL_SSL, type_spec: plain },
    scram: { brokers: brokers.SASL_PLAINTEXT, type_spec: scram },
    certificate: {
      brokers: brokers.MTLS,
      tls: { ca_certs: ca, certfile: certificate, keyfile: key },
    },
    wrong: { brokers: brokers.SASL_SSL, type_spec: { ...plain, sasl_plain_password: 'wr0ng' } },
    stranger: { brokers: brokers.SSL, tls: true },
  }
  const config = Object.entries(services).map(([name, service]) => {
    const common = { type: 'kafka', topic: name, consistency: 'AT_LEAST_ONCE' }
    return [name, { ...common, ...service }]
  })
  const file = { header: { version: 3 }, config: Object.fromEntries(config) }
  writeFileSync(config_file, stringify(file))
  const python = (program: string, service: string) =>
    outputOf([pythonOf('sinetstream'), '-c', program, service], { cwd: folder })

  const able = ['password', 'scram', 'certificate']
  await using client = new KafkaClient({ brokers: [brokers.PLAINTEXT], clientId: 'test' })
  await client.createTopics(able.map((name) => ({ name, partitions: 1 })))
  // Python's writer does not wait until a new topic has its leader.
  await client.offsets(able.map((topic) => ({ topic, partition: 0, at: 'latest' })))

  for (const service of able) {
    await t.test(service, async () => {
      await python(publish, service)
      await using reader = await Reader.open({
        ...{ service, config_file, receive_timeout_ms: 60_000 },
        type_spec: { group_id: 'leat', auto_offset_reset: 'earliest' },
      })
      const { value: message } = await reader[Symbol.asyncIterator]().next()
      assert.equal(String(message?.value), 'from python')
      await using writer = await Writer.open({ service, config_file })
      await writer.publish(Buffer.from('from leat'))
      assert.equal(await python(read, service), 'heard\n')
    })
  }

  await t.test('who is refused hears why', async () => {
    await assert.rejects(Writer.open({ service: 'wrong', config_file }), {
      name: 'AuthorizationError',
      message: /refuses the login of 'alice' by PLAIN/,
    })
    await assert.rejects(Writer.open({ service: 'stranger', config_file }), {
      name: 'ConnectionError',
      message: /no authority that is trusted here/,
    })
    const type_spec = { security_protocol: 'SASL_SSL', sasl_plain_password: { not: 'a text' } }
    await assert.rejects(Writer.open({ service: 'wrong', config_file, type_spec }), {
      name: 'InvalidArgumentError',
      message: "'sasl_plain_password' is not that; write some text.",
    })
  })
})
