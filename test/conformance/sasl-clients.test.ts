/** Other people's clients log in at leat, in all the ways that they have, and fail with a wrong password. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Producer, stringSerializers } from '@platformatic/kafka'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { saslMechanisms } from '../../src/protocols/sasl/index.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'
import { program, report } from '../helpers/python.ts'
import { shared } from '../helpers/subject.ts'

/** With all that must be escaped, which kafka-python 3 forgets to do in SCRAM. */
const awkward = 'plant, hall=1'
const plain = 'plant-1'
const password = 'pass,word=ü 1'
const withPasswords = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
const token = await new SignJWT({ sub: awkward })
  .setProtectedHeader({ alg: 'RS256' })
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(privateKey)

const leat = shared(async (owner) => {
  const folder = temporaryFolder(owner)
  const jwks = join(folder, 'jwks.json')
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256' }] }))
  const { port } = await openBroker(owner, {
    listeners: [{ host: '127.0.0.1', port: 0, auth: saslMechanisms }],
    logins: { users: { [awkward]: password, [plain]: password }, tokens: { jwks } },
  })
  return { brokers: `127.0.0.1:${port}`, folder }
})

const pythons: readonly [peer: string, mechanisms: readonly string[]][] = [
  ['kafka-python-3.0.12', saslMechanisms],
  ['kafka-python-ng-2.2.3', saslMechanisms],
  ['kafka-1.3.5', ['PLAIN']],
]

for (const [peer, mechanisms] of pythons) {
  for (const mechanism of mechanisms) {
    test(`${peer} logs in with ${mechanism}`, { skip: withoutPeer(peer) }, async () => {
      const { brokers } = await leat()
      const secret = mechanism === 'OAUTHBEARER' ? token : password
      const user = peer === 'kafka-python-3.0.12' ? plain : awkward
      const logIn = program('kafka_python_logs_in.py')
      const expected = peer === 'kafka-1.3.5' ? { sent: true } : { read: 'hello' }
      const told = await report(peer, logIn, brokers, mechanism, user, secret, '60')
      assert.deepEqual(told, expected)
      const refused = await report(peer, logIn, brokers, mechanism, user, 'wrong', '5')
      assert.ok(refused.error, JSON.stringify(refused))
    })
  }
}

for (const peer of ['confluent-kafka-2.2.0', 'confluent-kafka-2.16.1']) {
  for (const mechanism of saslMechanisms) {
    test(`${peer} logs in with ${mechanism}`, { skip: withoutPeer(peer) }, async () => {
      const { brokers } = await leat()
      const secret = mechanism === 'OAUTHBEARER' ? token : password
      const logIn = program('confluent_logs_in.py')
      assert.deepEqual(await report(peer, logIn, brokers, mechanism, awkward, secret), {
        read: 'hello',
      })
      const refused = await report(peer, logIn, brokers, mechanism, awkward, 'wrong')
      assert.equal(refused.error, '_AUTHENTICATION', JSON.stringify(refused))
    })
  }
}

for (const mechanism of withPasswords) {
  test(`kcat logs in with ${mechanism}`, { skip: withoutPeer('kcat') }, async () => {
    const { brokers } = await leat()
    const command = (secret: string, patienceSeconds: number) => [
      ...['kcat', '-b', brokers, '-L', '-J', '-m', `${patienceSeconds}`],
      ...['-X', 'security.protocol=SASL_PLAINTEXT'],
      ...['-X', `sasl.mechanisms=${mechanism}`],
      ...['-X', `sasl.username=${awkward}`, '-X', `sasl.password=${secret}`],
    ]
    const { brokers: listed } = JSON.parse(await outputOf(command(password, 60)))
    assert.equal(listed.length, 1)
    const { exitCode, stderr } = await runProgram(command('wrong', 5))
    assert.notEqual(exitCode, 0)
    assert.match(stderr, /SASL authentication error|Authentication fail/i)
  })
}

const kafkajsOptions: readonly [SASLOptions, wrong: SASLOptions][] = [
  ...withPasswords.map((mechanism): [SASLOptions, SASLOptions] => {
    const name = mechanism.toLowerCase() as 'plain'
    return [
      { mechanism: name, username: awkward, password },
      { mechanism: name, username: awkward, password: 'wrong' },
    ]
  }),
  [
    { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token }) },
    { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: 'wrong' }) },
  ],
]

for (const [sasl, wrong] of kafkajsOptions) {
  test(`kafkajs logs in with ${sasl.mechanism}`, async (t) => {
    const { brokers } = await leat()
    const clientOf = (given: SASLOptions) =>
      new Kafka({
        ...{ brokers: [brokers], sasl: given, logLevel: logLevel.NOTHING, retry: { retries: 0 } },
        connectionTimeout: 60_000,
      })
    const send = async (given: SASLOptions) => {
      const producer = clientOf(given).producer()
      t.after(() => producer.disconnect())
      await producer.connect()
      return await producer.send({ topic: 'from-kafkajs', messages: [{ value: 'hello' }] })
    }
    assert.equal((await send(sasl))[0]?.errorCode, 0)
    // It does not read why a token is refused, and learns of it by its next request.
    await assert.rejects(send(wrong), /SASL|authentication|closed/i)
  })
}

for (const mechanism of saslMechanisms) {
  test(`@platformatic/kafka logs in with ${mechanism}`, async () => {
    const { brokers } = await leat()
    const producerWith = (secret: string) =>
      new Producer({
        ...{ clientId: 'test', bootstrapBrokers: [brokers], serializers: stringSerializers },
        ...{ autocreateTopics: true, retries: 0, connectTimeout: 60_000 },
        sasl:
          mechanism === 'OAUTHBEARER'
            ? { mechanism, token: secret }
            : { mechanism, username: awkward, password: secret },
      })
    const producer = producerWith(mechanism === 'OAUTHBEARER' ? token : password)
    const { offsets } = await producer.send({
      messages: [{ topic: 'from-platformatic', value: 'hello' }],
    })
    assert.equal(offsets?.length, 1)
    await producer.close()
    const refused = producerWith('wrong')
    await assert.rejects(refused.send({ messages: [{ topic: 'from-platformatic', value: 'x' }] }))
    await refused.close()
  })
}
