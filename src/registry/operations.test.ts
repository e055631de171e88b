import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRegistry } from './testing/registries.ts'

/** The operations of Confluent's API (its OpenAPI description of 8.5) that are answered. */
const operations = `
GET /
POST /
GET /schemas
GET /schemas/ids/1
GET /schemas/ids/1/schema
GET /schemas/ids/1/subjects
GET /schemas/ids/1/versions
GET /schemas/guids/GUID
GET /schemas/guids/GUID/ids
GET /schemas/types
GET /subjects
POST /subjects/s
GET /subjects/s/versions
POST /subjects/s/versions
GET /subjects/s/versions/1
GET /subjects/s/versions/1/schema
GET /subjects/s/versions/1/referencedby
GET /subjects/s/metadata
POST /compatibility/subjects/s/versions/1
POST /compatibility/subjects/s/versions
GET /config
PUT /config
GET /config/s?defaultToGlobal=true
PUT /config/s
DELETE /config/s
DELETE /config
GET /mode
PUT /mode
GET /mode/s?defaultToGlobal=true
PUT /mode/s
DELETE /mode/s
DELETE /mode
GET /contexts
DELETE /contexts/.c
GET /v1/metadata/id
GET /v1/metadata/version
GET /v1/metadata/deployment
POST /subjects/s/versions/1/tags
DELETE /subjects/s/versions/1
DELETE /subjects/s`

const bodies: Record<string, object> = {
  config: { compatibility: 'NONE' },
  mode: { mode: 'READWRITE' },
  tags: { metadata: { properties: { owner: 'me' } } },
}

test('every operation of Confluent’s API is answered, but for those that LIMITS.md names', async (t) => {
  const { ask } = await openRegistry(t)
  const schema = { schema: 'a', metadata: { properties: { k: 'v' } } }
  const { body: first } = await ask('POST', '/subjects/s/versions', schema)
  for (const operation of operations.trim().split('\n')) {
    const [method = '', path = ''] = operation.replace('GUID', first.guid).split(' ')
    const kind = Object.keys(bodies).find((word) => path.includes(word)) ?? ''
    const body = method === 'GET' || method === 'DELETE' ? undefined : (bodies[kind] ?? schema)
    const answer = await ask(method, path, body)
    assert.ok(answer.status < 300, `${operation}: ${JSON.stringify(answer.body)}`)
  }
})
