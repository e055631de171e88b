/** The console as people use it: a real leat, and a real browser before it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChromium, WatchedPage } from '../helpers/chromium.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'

const needs = { skip: withoutPeer('chromium'), timeout: 300_000 }

test('the page opens under its strict policy, at any address of its own', needs, async (t) => {
  const leat = await startLeat(t, { ownBroker: true, registry: true })
  const { page, mishaps } = await WatchedPage.open(await startChromium(t))
  await page.goto(`http://127.0.0.1:${leat.consolePort}/no/such.page`)
  await page.getByRole('heading', { name: 'No such page' }).waitFor()
  assert.equal(await page.title(), 'No such page · leat')
  await page.getByRole('link', { name: 'Schemas' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Connectors' }).count(), 0)
  assert.deepEqual(mishaps, [])
})
