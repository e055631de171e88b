// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Logins at the console by OpenID Connect, judged by oidc-provider, an issuer that others have written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../helpers/browser.ts'
import { startInside } from '../helpers/doors.ts'
import type { Owner } from '../helpers/folders.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { freePorts } from '../helpers/ports.ts'

interface Settings {
  readonly oidc?: string
  readonly console?: string
  readonly issuer?: Parameters<typeof startIssuer>[1]
}

async function startBoth(owner: Owner, settings: Settings = {}) {
  const issuer = await startIssuer(owner, settings.issuer)
  const [port] = await freePorts(1)
  const base = `http://127.0.0.1:${port}`
  issuer.allowed.push(`${base}/api/oidc/back`)
  const { oidc = 'clientSecret: "${env:OIDC_SECRET}"', console = '' } = settings
  await startInside(
    owner,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ] }
console:
  bind: 127.0.0.1:${port}
  auth: [ login ]
  oidc: { issuer: "${issuer.url}", clientId: leat, scopes: [ openid, profile, groups ], user: preferred_username, label: Plant login, ${oidc} }
  ${console}
access: { superUsers: [ admin ], users: { admin: { password: "\${env:ADMIN}" } } }
`,
    { environment: { OIDC_SECRET: issuer.client.clientSecret, ADMIN: 'admin-secret' } },
  )
  return { issuer, base, browser: new Browser(base) }
}

test('a user of an issuer logs in, and is where they wanted to go', async (t) => {
  const { issuer, base, browser } = await startBoth(t, {
    console: 'roles: { operator: [ "group:plant" ], viewer: [ "*" ] }',
  })
  const before = await browser.ask('/api/session')
  assert.deepEqual([before.body.ways, before.body.oidcLabel], [['password', 'oidc'], 'Plant login'])
  issuer.user = 'pia'
  issuer.claims.pia = { groups: ['plant', 'office'] }
  const there = await browser.visit('/api/oidc/start?next=/topics/sensor.raw')
  assert.equal(there.url, `${base}/topics/sensor.raw`)
  const { body } = await browser.ask('/api/session')
  assert.deepEqual([body.user, body.role], ['pia', 'operator'])
  assert.deepEqual([...browser.cookiesOf('127.0.0.1').keys()].filter(isOurs), ['leat-session'])
})

test('groups give roles, and who is in none of them is a viewer', async (t) => {
  const { issuer, browser } = await startBoth(t, {
    console: 'roles: { operator: [ "group:plant" ], viewer: [ "*" ] }',
  })
  issuer.user = 'ole'
  issuer.claims.ole = { groups: 'office' }
  await browser.visit('/api/oidc/start')
  const { body } = await browser.ask('/api/session')
  assert.deepEqual([body.user, body.role], ['ole', 'viewer'])
})

test('who cancels at the issuer is told so, and may try again', async (t) => {
  const { issuer, base, browser } = await startBoth(t)
  const there = await browser.visit('/api/oidc/start')
  assert.equal(there.url, `${base}/login?failed=denied`)
  assert.equal((await browser.ask('/api/session')).status, 401)
  issuer.user = 'pia'
  assert.equal((await browser.visit('/api/oidc/start')).url, `${base}/`)
  assert.equal((await browser.ask('/api/session')).body.user, 'pia')
})

test('a public client, and one that shows its secret in the body, come in as well', async (t) => {
  const open = await startBoth(t, {
    oidc: 'passwords: false',
    issuer: { client: { token_endpoint_auth_method: 'none', client_secret: undefined } },
  })
  open.issuer.user = 'pia'
  await open.browser.visit('/api/oidc/start')
  const session = await open.browser.ask('/api/session')
  assert.deepEqual([session.status, session.body.ways], [200, ['oidc']])
  const byPassword = { user: 'admin', password: 'admin-secret' }
  const refused = await open.browser.ask('/api/session', { method: 'POST', body: byPassword })
  assert.deepEqual([refused.status, refused.body.error.code], [404, 'no-passwords'])

  const method = 'client_secret_post'
  const posted = await startBoth(t, {
    issuer: {
      client: { token_endpoint_auth_method: method },
      more: { clientAuthMethods: [method] },
    },
  })
  posted.issuer.user = 'pia'
  await posted.browser.visit('/api/oidc/start')
  assert.equal((await posted.browser.ask('/api/session')).body.user, 'pia')
})

test('where a machine is shared, the issuer asks again whom it knows already', async (t) => {
  for (const [prompt, asked] of [
    ['', 1],
    ['prompt: login, ', 2],
  ] as const) {
    const oidc = `${prompt} clientSecret: "\${env:OIDC_SECRET}"`
    const { issuer, browser } = await startBoth(t, { oidc })
    issuer.user = 'pia'
    for (let times = 0; times < 2; times++) {
      await browser.visit('/api/oidc/start')
      assert.equal((await browser.ask('/api/session')).body.user, 'pia')
      await browser.ask('/api/session', { method: 'DELETE' })
    }
    assert.equal(issuer.asked, asked, prompt)
  }
})

test('a wrong secret, and an issuer that is away, are said without any of what is secret', async (t) => {
  const wrong = await startBoth(t, { oidc: 'clientSecret: "${env:ADMIN}"' })
  wrong.issuer.user = 'pia'
  const there = await wrong.browser.visit('/api/oidc/start')
  assert.equal(there.url, `${wrong.base}/login?failed=untrusted`)
  const away = await startBoth(t)
  await away.issuer.close()
  const { url } = await away.browser.visit('/api/oidc/start')
  assert.equal(url, `${away.base}/login?failed=unreachable`)
  assert.equal((await away.browser.ask('/readyz')).status, 200)
})

test('an answer of the issuer counts once, and in the browser that asked for it', async (t) => {
  const { issuer, base, browser } = await startBoth(t)
  issuer.user = 'pia'
  const backs: string[] = []
  let answer = await browser.ask('/api/oidc/start')
  for (
    let next = answer.headers.get('location');
    next !== null;
    next = answer.headers.get('location')
  ) {
    const url = new URL(next, answer.url).href
    if (url.startsWith(`${base}/api/oidc/back`)) backs.push(url)
    if (backs.length > 0) break
    answer = await browser.ask(url)
  }
  const [back = ''] = backs
  assert.match(back, /[?&]code=/)
  const stranger = new Browser(base)
  assert.equal((await stranger.visit(back)).url, `${base}/login?failed=expired`)
  const cookie = browser.cookiesOf('127.0.0.1').get('leat-login') ?? ''
  assert.equal((await browser.visit(back)).url, `${base}/`)
  assert.equal((await browser.ask('/api/session')).body.user, 'pia')
  // Somebody who has read it all, the sealed cookie too, comes too late: the code is used up.
  const thief = new Browser(base)
  thief.cookiesOf('127.0.0.1').set('leat-login', cookie)
  assert.equal((await thief.visit(back)).url, `${base}/login?failed=untrusted`)
  assert.equal((await thief.ask('/api/session')).status, 401)
})

function isOurs(name: string): boolean {
  return name.startsWith('leat-')
}
