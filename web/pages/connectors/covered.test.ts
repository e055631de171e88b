// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCovered } from './covered.ts'

test('a secret that stands in a configuration is covered, and a reference to one is not', () => {
  const covered = [
    ['connection.password', 'x'],
    ['aws.secret.access.key', 'x'],
    ['value.converter.basic.auth.user.info', 'alice:x'],
    ['consumer.override.sasl.jaas.config', 'org… password="x";'],
    ['http.headers', 'Authorization:Bearer x'],
    ['connection.url', 'jdbc:mysql://alice:x@db/plant'],
  ] as const
  const seen = [
    ['connection.password', '${env:DB_PASSWORD}'],
    ['connection.password', ''],
    ['connection.url', 'jdbc:mysql://db:3306/plant'],
    ['connection.url', 'redis://${env:USER}:${env:PASSWORD}@redis:6379'],
    ['topics', 'readings'],
    ['errors.deadletterqueue.context.headers.enable', 'true'],
    ['key.converter', 'StringConverter'],
  ] as const
  for (const [name, value] of covered) assert.equal(isCovered(name, value), true, name)
  for (const [name, value] of seen) assert.equal(isCovered(name, value), false, `${name}=${value}`)
  assert.equal(isCovered('connection.password', null), false)
})
