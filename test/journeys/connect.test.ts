/** Lines of a file, through a topic, into another file, while leat is killed and started again. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startLeat } from '../helpers/leat.ts'

const linesOfARound = 500
const kills = 2

test('no line is lost between two files while leat is killed, and connectors of leat.yml are there again', async (t) => {
  const folder = temporaryFolder(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  const leat = await startLeat(t, {
    connectors: {
      reader: { 'connector.class': 'FileStreamSource', file: from, topic: 'lines' },
      writer: {
        'connector.class': 'FileStreamSink',
        topics: 'lines',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference to a secret looks like that.
        file: '${env:TARGET_FILE}',
      },
    },
    env: { TARGET_FILE: to },
  })
  let written = 0
  const write = (count: number) => {
    const lines = Array.from({ length: count }, () => `${written++}\n`)
    appendFileSync(from, lines.join(''))
  }
  const arrived = () =>
    existsSync(to) ? new Set(readFileSync(to, 'utf8').split('\n').slice(0, -1)) : new Set<string>()

  for (let round = 0; round < kills; round++) {
    write(linesOfARound)
    await eventually('some lines arrive', () => arrived().size > round * linesOfARound, 60_000)
    write(linesOfARound)
    await leat.kill()
    await leat.start()
  }
  await eventually('all lines arrive', () => arrived().size === written, 60_000)

  const rest = new ConnectRest(`http://127.0.0.1:${leat.connectPort}`)
  const { body } = await rest.ask('GET', '/connectors/writer/config')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is stored, the secret is not.
  assert.equal(body.file, '${env:TARGET_FILE}')
  // What a crash repeats stands in order, too: a later line never before an earlier one's first time.
  const seen = new Set<number>()
  for (const line of readFileSync(to, 'utf8').split('\n').slice(0, -1)) {
    const number = Number(line)
    assert.ok(number === 0 || seen.has(number - 1), `line ${number} came before ${number - 1}`)
    seen.add(number)
  }
  assert.equal(await leat.stop(), 0)
})
