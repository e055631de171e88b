/** DNS rebinding with a real browser: a page of elsewhere whose name suddenly is that of this machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChromium, WatchedPage } from '../helpers/chromium.ts'
import { askersOf, startInside } from '../helpers/doors.ts'
import { withoutPeer } from '../helpers/peers.ts'

const needs = { skip: withoutPeer('chromium'), timeout: 300_000 }

test(
  'in a browser a page whose name was made to point here reads and changes nothing',
  needs,
  async (t) => {
    const running = await startInside(
      t,
      `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0 }
`,
    )
    const { registry, portOf } = askersOf(running)
    const browser = await startChromium(t, ['--host-resolver-rules=MAP evil.example 127.0.0.1'])
    const { page } = await WatchedPage.open(browser)
    const base = `http://evil.example:${portOf('registry')}`
    const opened = await page.goto(`${base}/subjects`)
    assert.equal(opened?.status(), 421)
    assert.equal(new URL(page.url()).host, new URL(base).host, 'the page is of that name')

    const tried: readonly Tried[] = [
      {},
      { headers: { 'accept-language': '', 'user-agent': 'curl/8.5.0' } },
      { mode: 'no-cors', credentials: 'omit' },
      { method: 'POST', body: '{"schema":"\\"int\\""}', headers: { 'accept-language': '' } },
    ]
    for (const init of tried) {
      const path = init.method === 'POST' ? '/subjects/rebound-value/versions' : '/subjects'
      const status = await page.evaluate(
        async ([url, options]) => (await fetch(url, options)).status,
        [path, init] as const,
      )
      assert.equal(status, 421, JSON.stringify(init))
    }
    assert.deepEqual((await registry('/subjects')).body, [])

    const own = await page.goto(`http://127.0.0.1:${portOf('registry')}/subjects`)
    assert.equal(own?.status(), 200)
  },
)

interface Tried {
  readonly method?: 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly mode?: 'no-cors'
  readonly credentials?: 'omit'
}
