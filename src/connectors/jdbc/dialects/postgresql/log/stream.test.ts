import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../../../../base/clock.ts'
import { silentLogger } from '../../../../../base/logger.ts'
import { parseJdbcUrl } from '../../../address.ts'
import type { Session } from '../../../session.ts'
import type { LogItem, LogStream } from '../../log.ts'
import { lsnOf } from './lsn.ts'
import { followPostgresqlLog } from './stream.ts'

test('A server that reads its log again from before the place does not take the reading back', async (t) => {
  const stream = await follow(t, '0/200', [
    keepAlive('0/100'),
    keepAlive('0/180'),
    keepAlive('0/210'),
    commit('0/300'),
    keepAlive('0/280'),
    keepAlive('0/310'),
  ])
  const places: unknown[] = []
  while (places.at(-1) !== '0/310') {
    const item = (await stream.next(30_000)) as Extract<LogItem, { kind: 'place' | 'end' }>
    places.push(item.place.lsn)
  }
  assert.deepEqual(places, ['0/210', '0/300', '0/310'])
})

/** Follows the log of a server that says just this once it is asked for it. */
async function follow(t: TestContext, lsn: string, told: readonly Buffer[]): Promise<LogStream> {
  const server = createServer((socket) => serve(socket, told)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const stream = await followPostgresqlLog(
    parseJdbcUrl(`jdbc:postgresql://127.0.0.1:${port}/plant?sslmode=disable`, 'leat', undefined),
    {} as Session,
    { lsn },
    {
      settings: {
        ...{ slot: 'leat', publication: 'leat', publicationMode: 'filtered', serverId: 1 },
        ...{ database: undefined, wholeDeletes: false },
      },
      ...{ clock: systemClock, logger: silentLogger, isFollowed: () => true },
    },
  )
  t.after(() => stream.close())
  return stream
}

function serve(socket: Socket, told: readonly Buffer[]) {
  socket.on('error', () => {})
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]))
    socket.once('data', () => {
      const copyBoth = message('W', Buffer.from([0, 0, 0]))
      socket.write(Buffer.concat([copyBoth, ...told.map((data) => message('d', data))]))
    })
  })
}

function message(tag: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(tag), int32(body.length + 4), body])
}

function keepAlive(lsn: string): Buffer {
  return Buffer.concat([Buffer.from('k'), place(lsn), Buffer.alloc(9)])
}

function commit(end: string): Buffer {
  const payload = Buffer.concat([Buffer.from('C'), Buffer.alloc(9), place(end), Buffer.alloc(8)])
  return Buffer.concat([Buffer.from('w'), Buffer.alloc(24), payload])
}

function place(lsn: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(lsnOf(lsn))
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
