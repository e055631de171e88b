/** The console as people use it: a real leat, real traffic, and a real browser before it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page, Response } from 'playwright-core'
import { committedOffsets, moveGroup } from '../../src/client/index.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { WatchedPage } from '../helpers/chromium.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { withoutPeer } from '../helpers/peers.ts'
import {
  plantPages,
  putConnector,
  register,
  schemaOf,
  settled,
  startPlant,
} from '../helpers/plant.ts'
import { recordsOf } from '../helpers/records.ts'

const needs = { skip: withoutPeer('chromium'), timeout: 300_000 }

const sink = { 'connector.class': 'FileStreamSink', topics: 'plant.pump-1', file: '/dev/null' }

const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>'

test('an operator sees what comes, writes, and changes what there is', needs, async (t) => {
  const { leat, client, publish, watched, urlOf } = await startPlant(t)
  const { page } = watched
  const go = (path: string) => page.goto(urlOf(path))

  await t.test('the overview shows the parts, and the topics that are written to', async () => {
    await go('/')
    await heading(page, 'Overview')
    await page.getByText('1 connector', { exact: true }).waitFor()
    const busiest = page.getByRole('table', { name: 'Busiest topics' })
    const writing = setInterval(() => void publish('plant/pump-1', '46.7').catch(() => {}), 200)
    t.after(() => clearInterval(writing))
    await busiest.getByRole('link', { name: 'plant.pump-1' }).waitFor()
    await page
      .getByRole('img', { name: /plant\.pump-1/ })
      .locator('canvas')
      .waitFor()
    clearInterval(writing)
  })

  await t.test('a topic is found, and what is published comes live', async () => {
    await page.getByRole('link', { name: 'Topics', exact: true }).click()
    await page.getByRole('searchbox', { name: 'Search topics' }).fill('PUMP')
    await page.getByRole('link', { name: 'plant.pump-1' }).click()
    await heading(page, 'plant.pump-1')
    await page.getByRole('cell', { name: '46.7' }).first().waitFor()
    await page.getByLabel('Show', { exact: true }).selectOption('Live, as they come')
    await page.getByText('Live', { exact: true }).waitFor()
    await publish('plant/pump-1', '47.1')
    await page.getByRole('cell', { name: '47.1' }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await publish('plant/pump-1', '48.2')
    await page.getByText('Paused; 1 came meanwhile').waitFor()
    assert.equal(await page.getByRole('cell', { name: '48.2' }).count(), 0)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('cell', { name: '48.2' }).waitFor()
  })

  await t.test('a topic is created as it was asked for', async () => {
    await go('/topics')
    await page.getByRole('button', { name: 'Create topic' }).click()
    await page.getByLabel('Name').fill('orders')
    await page.getByLabel('Partitions').fill('3')
    await page.getByLabel('Configuration').fill('retention.ms=3600000')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await heading(page, 'orders')
    const [orders] = await client.topics(['orders'])
    assert.equal(orders?.partitions.length, 3)
    await page.getByRole('link', { name: 'Configuration' }).click()
    await page.getByRole('row', { name: /retention\.ms 3600000/ }).waitFor()
  })

  await t.test('a record is written, and opened to its last digit', async () => {
    await go('/topics/orders')
    await page.getByRole('button', { name: 'Produce' }).click()
    await page.getByLabel('Key', { exact: true }).selectOption('Text')
    await page.getByLabel('The key').fill('k-1')
    await page.getByLabel('The value').fill('{"id":9007199254740993}')
    await page.getByLabel('Headers').fill('source=console')
    await page.getByRole('dialog').getByRole('button', { name: 'Produce' }).click()
    await page.getByRole('link', { name: /offset 0 of partition/ }).click()
    await page.getByRole('button', { name: 'Record 0' }).click()
    await page.getByText('"id": 9007199254740993').waitFor()
    await page.getByText('source', { exact: true }).waitFor()
    assert.match(page.url(), /open=\d-0/)
    await page.reload()
    await page.getByText('"id": 9007199254740993').waitFor()
    await page.getByRole('button', { name: 'Produce again …' }).click()
    await page.getByLabel('The value').fill('{"id":2}')
    await page.getByRole('dialog').getByRole('button', { name: 'Produce' }).click()
    await page.getByText('It is stored as').waitFor()
    const records = await recordsOf(client, 'orders')
    const shown = records.map(({ key, value, headers: [header] }) =>
      [key, value, header?.key, header?.value].map(String),
    )
    assert.deepEqual(shown, [
      ['k-1', '{"id":9007199254740993}', 'source', 'console'],
      ['k-1', '{"id":2}', 'source', 'console'],
    ])
  })

  await t.test('a long value is cut in the list, and shown and fetched whole', async () => {
    const value = Buffer.from(`${'x'.repeat(20_000)} to the end`)
    await client.producer().send({ topic: 'long', value })
    await go('/topics/long')
    await page.getByRole('button', { name: 'Record 0' }).click()
    await page.getByText('the beginning is shown').waitFor()
    assert.equal(await page.getByText('to the end').count(), 0)
    await page.getByRole('button', { name: 'Show all of it' }).click()
    await page.getByText('to the end').waitFor()
    const downloaded = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    const path = await (await downloaded).path()
    const [record = '', done = ''] = readFileSync(path, 'utf8').trim().split('\n')
    assert.equal(JSON.parse(record).value.value, value.toString())
    assert.equal(JSON.parse(done).done.reachedEnd, true)
  })

  await t.test('a filter finds, and says what is wrong with it', async () => {
    await go('/topics/orders?filter=value.id+%3E+1')
    await page.getByRole('cell', { name: '9007199254740993' }).waitFor()
    await page.getByLabel('Filter (CEL)').fill('value.id >')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('alert').waitFor()
    // The API refused, and the browser notes what is refused.
    watched.mishaps.splice(0)
  })

  await t.test('positions of a group are moved, after a look at what would change', async () => {
    await go('/groups')
    await page.getByRole('link', { name: 'readers' }).click()
    await page.getByRole('button', { name: 'Move positions' }).click()
    await page.getByRole('button', { name: 'Show what would change' }).click()
    await page.getByRole('table', { name: 'What would change' }).waitFor()
    const before = await committedOffsets(client, 'readers')
    assert.ok((before[0]?.offset ?? 0n) > 0n)
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const [after] = await committedOffsets(client, 'readers')
    assert.equal(after?.offset, 0n)
  })

  await t.test('a connector is paused, and goes on', async () => {
    const state = async () => {
      const answer = await fetch(`${leat.connectUrl}/connectors/to-file/status`)
      const { connector } = (await answer.json()) as { connector: { state: string } }
      return connector.state
    }
    await go('/connectors/to-file')
    await page.getByText('RUNNING').first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await eventually('it is paused', async () => (await state()) === 'PAUSED')
    await page.getByRole('button', { name: 'Resume' }).click()
    await eventually('it runs', async () => (await state()) === 'RUNNING')
    await putConnector(leat, 'secret', { ...sink, 'note.password': 'not-for-all' })
    await go('/connectors/secret')
    await page.getByRole('button', { name: 'Uncover note.password' }).waitFor()
    assert.equal(await page.getByText('not-for-all').count(), 0)
    await page.getByRole('button', { name: 'Uncover note.password' }).click()
    await page.getByText('not-for-all').waitFor()
    await go('/connectors')
    await page.getByRole('button', { name: 'Create connector' }).click()
    await page.getByLabel('Name').fill('secret')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('Connect has no objection.').waitFor()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'secret' }).waitFor()
    // The name is taken, and the browser notes what is refused.
    watched.mishaps.splice(0)
  })

  await t.test('a pipeline says what it has read and written', async () => {
    await go('/pipelines')
    const row = page.getByRole('row', { name: /^warm RUNNING plant\.pump-1 warm/ })
    await row.waitFor()
    await row.getByRole('link', { name: 'warm', exact: true }).click()
    await heading(page, 'warm')
    await page.getByRole('cell', { name: '48.2' }).waitFor()
  })

  await t.test('a schema is checked, registered and compared with its next version', async () => {
    await go('/schemas')
    await page.getByRole('button', { name: 'Register schema' }).click()
    await page.getByLabel('Subject', { exact: true }).fill('orders-value')
    await page.getByLabel('Schema', { exact: true }).fill(schemaOf('id'))
    await page.getByRole('button', { name: 'Register', exact: true }).click()
    await heading(page, 'orders-value')
    await page.getByRole('button', { name: 'New version' }).click()
    await page.getByLabel('Schema', { exact: true }).fill(schemaOf('id', 'customer'))
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('It does not keep what it must:').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    const isChange = (answer: Response) => answer.request().method() === 'PUT'
    const [changed] = await Promise.all([
      page.waitForResponse(isChange),
      page.getByLabel('A next version keeps compatibility').selectOption('NONE'),
    ])
    assert.equal(changed.status(), 200)
    await page.getByRole('button', { name: 'New version' }).click()
    await page.getByLabel('Schema', { exact: true }).fill(schemaOf('id', 'customer'))
    await page.getByRole('button', { name: 'Register', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await go('/schemas/orders-value?version=2&against=1')
    await page.getByText('new: ').first().waitFor({ state: 'attached' })
  })

  await t.test('a topic is deleted once its name is typed, and the way back works', async () => {
    await go('/topics/orders')
    await page.getByRole('button', { name: 'Delete' }).click()
    const confirm = page.getByRole('button', { name: 'Delete topic' })
    assert.equal(await confirm.isDisabled(), true)
    await page.getByLabel(/Type orders/).fill('orders')
    await confirm.click()
    await heading(page, 'Topics')
    const names = (await client.topics()).map(({ name }) => name)
    assert.ok(!names.includes('orders'), `${names}`)
    // The page looks at its topic every few seconds, perhaps once too often; the browser notes that.
    const others = watched.mishaps.filter((mishap) => !mishap.includes('status of 404'))
    watched.mishaps.splice(0, watched.mishaps.length, ...others)
    await page.getByRole('link', { name: 'plant.pump-1' }).click()
    await heading(page, 'plant.pump-1')
    await page.goBack()
    await heading(page, 'Topics')
  })

  assert.deepEqual(watched.mishaps, [])
})

test(
  'whoever is not known logs in, is where they wanted to be, and leaves nothing behind',
  needs,
  async (t) => {
    const { watched, urlOf } = await startPlant(t, {
      access: { authorizer: 'none', users: { alice: { password: `\${env:ALICE}` } } },
      console: { auth: ['login'], roles: { operator: ['alice'], viewer: [] } },
      env: { ALICE: 'right-of-alice' },
    })
    const { page } = watched
    const logIn = async (user: string, password: string) => {
      await page.getByLabel('User').fill(user)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
    }
    await page.goto(urlOf('/topics/plant.pump-1'))
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    assert.deepEqual(await watched.barriers(), [])
    const said: (string | null)[] = []
    for (const user of ['alice', 'nobody']) {
      await logIn(user, 'wrong')
      said.push(await page.getByRole('alert').textContent())
      await page.reload()
    }
    assert.equal(said[0], 'The user or the password is wrong.')
    assert.equal(said[1], said[0], 'it does not say whom there is')
    await logIn('alice', 'right-of-alice')
    await heading(page, 'plant.pump-1')
    await page.getByRole('cell', { name: '46.7' }).waitFor()
    await page.getByText('operator', { exact: true }).waitFor()
    await page.clock.install()
    await page.reload()
    await page.getByRole('cell', { name: '46.7' }).waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.clock.fastForward('16:00')
    await page.getByText('Nobody has been here for a quarter of an hour').waitFor()
    asked.splice(0)
    await page.clock.runFor(60_000)
    assert.deepEqual(asked, [], 'a page that everybody has left keeps no session')
    await page.keyboard.press('Shift')
    await page.clock.runFor(60_000)
    await eventually('it asks again', () => asked.length > 0)
    await page.clock.resume()
    await page.getByRole('link', { name: 'Topics', exact: true }).first().click()
    await heading(page, 'Topics')
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    assert.equal(await page.getByText('46.7').count(), 0)
    const kept = await page.evaluate(
      '[localStorage.length, sessionStorage.length, document.cookie]',
    )
    assert.deepEqual(kept, [0, 0, ''])
    // What is refused, and streams that end with the login, are noted by the browser.
    const others = watched.mishaps.filter((mishap) => !mishap.startsWith('Failed to load'))
    assert.deepEqual(others, [])
  },
)

test(
  'whoever has a company login comes in by it, from another site, or hears why not',
  needs,
  async (t) => {
    const issuer = await startIssuer(t)
    const { leat, browser, watched } = await startPlant(t, {
      access: { authorizer: 'none', users: { alice: { password: `\${env:ALICE}` } } },
      console: {
        auth: ['login'],
        oidc: {
          ...{ issuer: issuer.url, ...issuer.client, clientSecret: `\${env:OIDC_SECRET}` },
          ...{ scopes: ['openid', 'profile'], user: 'preferred_username', label: 'Plant login' },
        },
        roles: { operator: ['pia'], viewer: ['alice'] },
      },
      env: { ALICE: 'right-of-alice', OIDC_SECRET: issuer.client.clientSecret },
    })
    const { page } = watched
    // Another name than the issuer's: what comes from there is from another site.
    const base = `http://localhost:${leat.consolePort}`
    issuer.allowed.push(`${base}/api/oidc/back`)
    await page.goto(`${base}/topics/plant.pump-1`)
    await page.getByRole('link', { name: 'Plant login' }).click()
    await page.getByText('The company login did not let you in.').waitFor()
    issuer.user = 'pia'
    await page.goto(`${base}/topics/plant.pump-1`)
    await page.getByRole('link', { name: 'Plant login' }).click()
    await heading(page, 'plant.pump-1')
    await page.getByText('pia', { exact: true }).waitFor()
    // Another browser, so that the issuer does not remember.
    issuer.user = 'eve'
    const { page: other } = await WatchedPage.open(browser)
    await other.goto(`${base}/`)
    await other.getByRole('link', { name: 'Plant login' }).click()
    await other.getByRole('alert').filter({ hasText: 'eve has no role at this console' }).waitFor()
    await other.getByRole('button', { name: 'Log in as somebody else' }).click()
    await other.getByRole('link', { name: 'Plant login' }).waitFor()
  },
)

test('a viewer sees everything and finds nothing to change it with', needs, async (t) => {
  const { watched, urlOf } = await startPlant(t, { console: { roles: { viewer: ['*'] } } })
  const { page } = watched
  const changing =
    /create|delete|produce|move|pause|restart|stop|register|new version|edit|change|add/i
  for (const path of ['/', ...plantPages]) {
    await page.goto(urlOf(path))
    await settled(page)
    await page.getByText('viewer', { exact: true }).waitFor()
    const names = await page.getByRole('main').getByRole('button').allTextContents()
    // What stops its own view changes nothing.
    const found = names.filter((name) => changing.test(name) && name !== 'Pause')
    assert.deepEqual(found, [], path)
  }
  assert.deepEqual(watched.mishaps, [])
})

test('names, records, errors and schemas full of HTML are text', needs, async (t) => {
  const { leat, client, watched, urlOf } = await startPlant(t)
  const { page } = watched
  await client.createTopics([{ name: 'hostile', partitions: 1 }])
  const bytes = Buffer.from(hostile)
  const headers = [{ key: hostile, value: bytes }]
  await client.producer().send({ topic: 'hostile', key: bytes, value: bytes, headers })
  await moveGroup(client, hostile, [{ topic: 'hostile', partition: 0, next: 0n }])
  const file = `/no/such/folder/${hostile}`
  await putConnector(leat, hostile, { ...sink, topics: 'hostile', note: hostile, file })
  const symbols = { type: 'enum', name: 'E', symbols: ['A'], doc: hostile }
  await register(leat, hostile, JSON.stringify(symbols))
  const name = encodeURIComponent(hostile)
  const shows = [
    ...['/topics/hostile?open=0-0', '/topics/hostile/groups', '/groups', `/groups/${name}`],
    ...['/connectors', `/connectors/${name}`, '/schemas', `/schemas/${name}`, '/'],
  ]
  const takes = [
    `/topics/hostile?filter=${name}&text=${name}&from=${name}&open=${name}`,
    ...[`/${name}/${name}`, `/topics/${name}`, `/login?failed=${name}`, `/topics?q=${name}`],
  ]
  for (const path of [...shows, ...takes]) {
    await page.goto(urlOf(path))
    if (shows.includes(path)) await page.getByText('<img src=x').first().waitFor()
    await settled(page)
    assert.equal(await page.locator('img, script:not([src])').count(), 0, path)
  }
  // The browser notes each answer that is a refusal, such as that of a wrong filter.
  const others = watched.mishaps.filter((mishap) => !mishap.startsWith('Failed to load'))
  assert.deepEqual(others, [])
})

test(
  'of hundreds of topics those in sight are there, all are searched, and one is found',
  needs,
  async (t) => {
    const { client, watched, urlOf } = await startPlant(t)
    const { page } = watched
    const names = Array.from({ length: 400 }, (_, index) => `many-${index}`)
    await client.createTopics(names.map((name) => ({ name, partitions: 1 })))
    await page.goto(urlOf('/topics'))
    await page.getByRole('link', { name: 'many-0', exact: true }).waitFor()
    const rows = page.getByRole('table', { name: 'Topics' }).getByRole('row')
    assert.ok((await rows.count()) < 200)
    await page.keyboard.press('End')
    await page.getByRole('link', { name: 'plant.pump-1' }).waitFor()
    assert.ok((await rows.count()) < 200)
    await page.getByRole('searchbox').fill('many-27')
    await page.getByRole('link', { name: 'many-277', exact: true }).waitFor()
    assert.equal(await rows.count(), 12)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page
      .getByRole('columnheader', { name: 'Topic' })
      .and(page.locator('[aria-sort]'))
      .waitFor()
    assert.deepEqual(watched.mishaps, [])
  },
)

test('before an Apache Kafka the same pages show what is there', {
  skip: withoutPeer('chromium', ...apacheKafkaPeers),
  timeout: 300_000,
}, async (t) => {
  const kafka = await startApacheKafka(t)
  const { watched, urlOf } = await startPlant(t, {
    ownBroker: false,
    kafka: { brokers: [kafka.brokers] },
  })
  const { page } = watched
  for (const path of ['/', ...plantPages]) {
    await page.goto(urlOf(path))
    await settled(page)
    assert.equal(await page.getByRole('alert').count(), 0, path)
  }
  await page.goto(urlOf('/'))
  await page.getByText('1 broker', { exact: true }).waitFor()
  await page.goto(urlOf('/topics/plant.pump-1'))
  await page.getByRole('cell', { name: '46.7' }).waitFor()
  await page.getByRole('link', { name: 'Configuration' }).click()
  await page.getByLabel('Also what is the broker').check()
  await page.getByRole('row', { name: /^retention\.ms 604800000/ }).waitFor()
  assert.deepEqual(watched.mishaps, [])
})

test('axe finds nothing on any page, by day and by night, wide and narrow', needs, async (t) => {
  const { browser, urlOf } = await startPlant(t)
  const looks = [
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 800 } },
  ] as const
  for (const look of looks) {
    const watched = await WatchedPage.open(browser, look)
    for (const path of ['/', ...plantPages]) {
      await watched.page.goto(urlOf(path))
      await settled(watched.page)
      assert.deepEqual(await watched.barriers(), [], `${look.colorScheme} ${path}`)
    }
    for (const [path, opens] of dialogs) {
      await watched.page.goto(urlOf(path))
      await watched.page.getByRole('button', { name: opens, exact: true }).click()
      await watched.page.getByRole('dialog').waitFor()
      assert.deepEqual(await watched.barriers(), [], `${look.colorScheme} ${path}: ${opens}`)
    }
    assert.deepEqual(watched.mishaps, [])
  }
})

/** Pages, and what opens a dialog there. */
const dialogs = [
  ['/topics', 'Create topic'],
  ['/topics/plant.pump-1', 'Produce'],
  ['/topics/plant.pump-1', 'Delete'],
  ['/topics/plant.pump-1/partitions', 'Add partitions'],
  ['/groups/readers', 'Move positions'],
  ['/connectors', 'Create connector'],
  ['/schemas/pumps-value', 'New version'],
] as const

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}
