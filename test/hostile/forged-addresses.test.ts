/**
 * Addresses inside of what strangers send (SSRF): in schemas, in tokens, in answers. Nobody is asked
 * anything whom the configuration does not name.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { KafkaClient } from '../../src/client/index.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { startLeat } from '../helpers/leat.ts'

test('a schema that points elsewhere has nobody asked, when it is registered, compared or used', async (t) => {
  const trap = await serve(t, (_, response) => response.end('{"type":"string"}'))
  const leat = await startLeat(t, { ownBroker: true, registry: true, connectors: {} })
  const schemas = [
    ...['$ref', '$schema', '$id', '$dynamicRef', '$recursiveRef', 'id'].map((word) => ({
      schemaType: 'JSON',
      schema: JSON.stringify({ type: 'object', properties: { a: {} }, [word]: `${trap.url}/s` }),
    })),
    {
      schemaType: 'JSON',
      schema: JSON.stringify({ properties: { a: { $ref: `${trap.url}/a#/x` } } }),
      references: [{ name: `${trap.url}/a`, subject: `${trap.url}/a`, version: 1 }],
    },
    {
      schemaType: 'PROTOBUF',
      schema: `syntax = "proto3"; import "${trap.url}/x.proto"; message M { string a = 1; }`,
    },
    { schema: '"int"', references: [{ name: trap.url, subject: `${trap.url}/s`, version: 1 }] },
    { schema: '"int"', metadata: { properties: { url: trap.url } }, ruleSet: {} },
    { schemaType: 'AVRO', schema: JSON.stringify(`${trap.url}/Reading`) },
    {
      schema: JSON.stringify({
        ...{ type: 'record', name: 'R', namespace: 'x', fields: [], doc: `${trap.url}/doc` },
        xinclude: `${trap.url}/more`,
      }),
    },
  ]
  const ids: number[] = []
  for (const [number, schema] of schemas.entries()) {
    for (const path of [`/subjects/s${number}/versions`, `/subjects/s${number}`]) {
      const { status, body } = await post(`${leat.registryUrl}${path}`, schema)
      assert.ok(status < 500, `${JSON.stringify(schema)} is answered with ${status}`)
      if (typeof body.id === 'number') ids.push(body.id)
    }
    const compare = `/compatibility/subjects/s${number}/versions?verbose=true`
    assert.ok((await post(`${leat.registryUrl}${compare}`, schema)).status < 500)
  }
  assert.ok(ids.length > 0, 'no schema was taken, so none is used')

  await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'forger' })
  const producer = client.producer()
  for (const id of ids) {
    const head = Buffer.from([0, 0, 0, 0, 0])
    head.writeInt32BE(id, 1)
    await producer.send({ topic: 'forged', value: Buffer.concat([head, Buffer.from('{"a":1}')]) })
  }
  const rest = new ConnectRest(leat.connectUrl)
  const file = join(leat.folder, 'forged')
  const { status } = await rest.ask('PUT', '/connectors/forged/config', {
    ...{ 'connector.class': 'FileStreamSink', topics: 'forged', file },
    'value.converter': 'io.confluent.connect.json.JsonSchemaConverter',
    ...{ 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' },
    'errors.deadletterqueue.topic.replication.factor': 1,
  })
  assert.equal(status, 201)
  await eventually('all were looked at', async () => {
    const { body } = await rest.ask('GET', '/connectors/forged/status')
    const { written = 0, failed = 0 } = body.tasks?.[0]?.figures ?? {}
    return written + failed === ids.length
  })
  assert.deepEqual(trap.asked, [])
})

test('who answers with another address has leat ask nobody there', async (t) => {
  const trap = await serve(t, (_, response) => response.end('{}'))
  const codes = [301, 302, 303, 307, 308]
  let count = 0
  const named = await serve(t, (_, response) => {
    response.writeHead(codes[count++ % codes.length] ?? 302, { location: `${trap.url}/inside` })
    response.end()
  })
  const leat = await startLeat(t, {
    ownBroker: true,
    connectors: {
      'to-http': {
        ...{ 'connector.class': 'HttpSink', topics: 'redirected', 'http.api.url': named.url },
        ...{ 'value.converter': 'StringConverter', 'max.retries': 0, 'errors.tolerance': 'none' },
      },
      'by-registry': {
        ...{ 'connector.class': 'FileStreamSink', topics: 'redirected', file: 'by-registry' },
        ...{ 'value.converter': 'AvroConverter', 'value.converter.schema.registry.url': named.url },
      },
    },
  })
  await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'forger' })
  await client.producer().send({ topic: 'redirected', value: Buffer.from([0, 0, 0, 0, 1, 2]) })
  const rest = new ConnectRest(leat.connectUrl)
  await eventually('both have asked whom they know', () => named.asked.length >= 2)
  await eventually('the sink has failed', async () => {
    const { body } = await rest.ask('GET', '/connectors/to-http/status')
    return body.tasks?.[0]?.state === 'FAILED'
  })
  assert.deepEqual(trap.asked, [])
})

test('a token that says where its key is has nobody asked for it', async (t) => {
  const forged = await generateKeyPair('ES256')
  const key = { ...(await exportJWK(forged.publicKey)), kid: 'mine', alg: 'ES256' }
  const trap = await serve(t, (_, response) => response.end(JSON.stringify({ keys: [key] })))
  const right = { ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid: 'right' }
  const jwks = join(temporaryFolder(t), 'jwks.json')
  writeFileSync(jwks, JSON.stringify({ keys: [right] }))
  const leat = await startLeat(t, {
    ownBroker: true,
    registry: { auth: ['bearer'] },
    access: { tokens: { jwks } },
  })
  const headers = [
    { jku: `${trap.url}/keys` },
    { x5u: `${trap.url}/certificate` },
    { kid: `${trap.url}/keys` },
    { kid: 'right', jku: `${trap.url}/keys` },
    { jwk: key, kid: 'mine' },
  ]
  for (const header of headers) {
    const token = await new SignJWT({ sub: 'admin', iss: trap.url })
      .setProtectedHeader({ alg: 'ES256', ...header })
      .setExpirationTime('1h')
      .sign(forged.privateKey)
    const answer = await fetch(`${leat.registryUrl}/subjects`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await answer.body?.cancel()
    assert.equal(answer.status, 401, JSON.stringify(header))
  }
  assert.deepEqual(trap.asked, [])
})

/** A server that notes what it is asked for. */
async function serve(owner: Owner, answer: RequestListener) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  owner.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function post(url: string, body: object) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as { readonly id?: number } }
}
