import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../access/principal.ts'
import { HttpDoors } from '../base/http-doors.ts'
import { guarded } from '../client/doors/index.ts'
import { demand } from './demand.ts'

test('a right that somebody does not have is named with its cure', async () => {
  const rights = {
    allows: (_: string, __: string, name: string) => name === 'own',
    shows: () => true,
    allowsAny: () => true,
  }
  const visitor = { principal: user('alice'), host: '', rights }
  const said = Promise.withResolvers<unknown>()
  await using doors = await HttpDoors.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    answer: (_, certificateOf) =>
      guarded(
        (incoming, response) => {
          demand({ env: { incoming } }, 'Read', 'Topic', 'own')
          try {
            demand({ env: { incoming } }, 'Read', 'Topic', 'meters')
          } catch (error) {
            said.resolve(error)
          }
          response.end()
        },
        {
          certificateOf,
          entrance: { admit: async () => visitor },
          form: () => ({ type: 'text/plain', body: '' }),
        },
      ),
  })
  await fetch(`http://127.0.0.1:${doors.addresses[0]?.port}`)
  const { code, message } = (await said.promise) as { code: string; message: string }
  assert.equal(code, 'not-allowed')
  assert.equal(
    message,
    "Read on the topic meters is not allowed to this user; 'leat acls add' allows it.",
  )
})
