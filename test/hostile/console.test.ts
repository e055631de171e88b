// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** Whoever stands before the console, or has its visitor on a page of theirs, gets nothing by it. */
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { exportSPKI, generateKeyPair } from 'jose'
import { Browser, type BrowserAnswer } from '../helpers/browser.ts'
import { Authority } from '../helpers/certificates.ts'
import { askDoor, loggerInto, rawAnswer, startInside } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LyingIssuer, startLyingIssuer } from '../helpers/lying-issuer.ts'
import { freePorts } from '../helpers/ports.ts'
import { shared } from '../helpers/subject.ts'

const cookieName = 'leat-session'
const host = '127.0.0.1'

const started = shared(async (owner) => {
  const issuer = await startLyingIssuer(owner)
  const [port = 0] = await freePorts(1)
  const lines: string[] = []
  await startInside(
    owner,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
console:
  bind: 127.0.0.1:${port}
  auth: [ login, basic ]
  oidc: { issuer: "${issuer.url}", clientId: leat, clientSecret: "\${env:OIDC_SECRET}" }
access:
  superUsers: [ admin ]
  failedLogins: { exempt: [] }
  users:
    admin: { password: "\${env:ADMIN}" }
    alice: { password: "\${env:ALICE}" }
`,
    {
      environment: { ADMIN: 'adm1n-secret', ALICE: 'al1ce-secret', OIDC_SECRET: '0idc-secret' },
      logger: loggerInto(lines),
    },
  )
  const base = `http://${host}:${port}`
  const loggedIn = async () => {
    const browser = new Browser(base)
    const body = { user: 'admin', password: 'adm1n-secret' }
    assert.equal((await browser.ask('/api/session', { method: 'POST', body })).status, 204)
    return browser
  }
  return { base, port, issuer, lines, loggedIn }
})

test('a page of another site changes nothing with the session of its visitor', async () => {
  const { loggedIn } = await started()
  const browser = await loggedIn()
  const pages = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    // Of another port of this machine: a form can be sent from there, a header cannot be set.
    { 'x-leat-console': '' },
    { 'x-leat-console': '', 'content-type': 'text/plain' },
    { 'x-leat-console': '', 'content-type': 'application/x-www-form-urlencoded' },
    { 'x-leat-console': '', 'sec-fetch-site': 'same-origin', origin: `http://${host}` },
  ]
  for (const headers of pages) {
    for (const [method, path] of [
      ['POST', '/api/topics'],
      ['DELETE', '/api/topics/readings'],
      ['POST', '/api/registry/subjects/x/versions'],
      ['POST', '/api/session'],
      ['DELETE', '/api/session'],
    ] as const) {
      const body = method === 'POST' ? { user: 'alice', password: 'al1ce-secret' } : undefined
      const { status } = await browser.ask(path, { method, headers, body })
      assert.equal(status, 403, `${method} ${path} with ${JSON.stringify(headers)}`)
    }
  }
  assert.equal((await browser.ask('/api/session')).body.user, 'admin', 'nor is it ended')
})

test('no other site is let read what is answered', async () => {
  const { loggedIn } = await started()
  const browser = await loggedIn()
  for (const method of ['GET', 'OPTIONS']) {
    const { headers } = await browser.ask('/api/session', {
      method,
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-leat-console',
      },
    })
    const cors = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
    assert.deepEqual(cors, [], method)
  }
})

test('a session that somebody put into a browser is not that of who logs in there', async () => {
  const { base, loggedIn } = await started()
  const fixed = 'A'.repeat(43)
  const victim = new Browser(base)
  victim.cookiesOf(host).set(cookieName, fixed)
  const body = { user: 'admin', password: 'adm1n-secret' }
  await victim.ask('/api/session', { method: 'POST', body })
  const own = victim.cookiesOf(host).get(cookieName)
  assert.notEqual(own, fixed)
  assert.equal(await statusWith(base, fixed), 401)
  // Nor the attacker's own session, which ends where somebody else logs in.
  const attacker = await loggedIn()
  const planted = attacker.cookiesOf(host).get(cookieName) ?? ''
  const other = new Browser(base)
  other.cookiesOf(host).set(cookieName, planted)
  await other.ask('/api/session', { method: 'POST', body })
  assert.notEqual(other.cookiesOf(host).get(cookieName), planted)
  assert.equal(await statusWith(base, planted), 401)
})

test('cookies that are forged, cut, doubled or strange open nothing, and the door stays open', async () => {
  const { base, port, loggedIn } = await started()
  const browser = await loggedIn()
  const good = browser.cookiesOf(host).get(cookieName) ?? ''
  const forged = [
    ...['', 'x', good.slice(1), good.slice(0, -1), `${good}A`, good.toUpperCase(), `"${good}"`],
    ...[`${good}; ${cookieName}=x`, `x; ${cookieName}=${good}; ${cookieName}=${good}`],
    ...[
      '__proto__',
      '[object Object]',
      '%00',
      '..',
      'null',
      createHash('sha256').update(good).digest('base64'),
    ],
  ]
  for (const value of forged) assert.equal(await statusWith(base, value), 401, value)
  for (const name of ['Leat-Session', 'leat_session', '__Host-leat-session', ' leat-session x']) {
    const headers = { cookie: `${name}=${good}` }
    assert.equal((await askDoor(`${base}/api/session`, { headers })).status, 401, name)
  }
  const endless = `GET /api/session HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookieName}=${'A'.repeat(100_000)}\r\n\r\n`
  assert.match(await rawAnswer(port, endless), /^HTTP\/1\.1 431 /)
  assert.equal(await statusWith(base, good), 200)
})

test('a path that is written in another way is asked for a login as well', async () => {
  const { base, port } = await started()
  const paths = [
    ...['/%61pi/topics', '/api%2ftopics', '//api/topics', '/x/../api/topics', '/./api/topics'],
    ...['/API/topics', '/api//topics', '/;/api/topics', '/api/topics/', '/api/../api/topics'],
    ...[
      '/api/oidc/../topics',
      '/api/oidc/%2e%2e/topics',
      `${base}/api/topics`,
      '/api/session/../topics',
    ],
  ]
  for (const path of paths) {
    const answer = await rawAnswer(
      port,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    assert.doesNotMatch(answer, /^HTTP\/1\.1 2.*application\/json/s, path)
    const change = await rawAnswer(
      port,
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Leat-Console: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    )
    assert.match(change, /^HTTP\/1\.1 (401|404|400) /, path)
  }
})

test('passwords are not guessed: who goes on is refused for a while, and told for how long', async () => {
  const { base, lines } = await started()
  const browser = new Browser(base)
  const statuses: number[] = []
  let retryAfter: string | null = null
  for (let guesses = 0; guesses < 40 && retryAfter === null; guesses++) {
    const body = { user: 'alice', password: `guess-${guesses}` }
    const { status, headers } = await browser.ask('/api/session', { method: 'POST', body })
    statuses.push(status)
    retryAfter = headers.get('retry-after')
  }
  assert.equal(statuses.at(-1), 429)
  assert.ok(Number(retryAfter) > 0)
  assert.ok(statuses.slice(0, -1).every((status) => status === 401))
  const body = { user: 'alice', password: 'al1ce-secret' }
  const right = await browser.ask('/api/session', { method: 'POST', body })
  assert.equal(right.status, 429, 'a right one is not told from a wrong one then')
  assert.ok(!lines.some((line) => line.includes('guess-')), 'no password is in the log')
})

test('bodies that are long, deep or no login are refused, before and after a login', async () => {
  const { base, loggedIn } = await started()
  const browser = new Browser(base)
  const post = (body: unknown) => browser.ask('/api/session', { method: 'POST', body })
  const own = { 'x-leat-console': '1' }
  const longLogin = { method: 'POST', headers: own, body: 'x'.repeat(17_000) }
  assert.equal((await askDoor(`${base}/api/session`, longLogin)).status, 413)
  const wrong = [
    ...['', '{', '[]', '"x"', 'null', '{}', `${'['.repeat(8000)}`],
    ...[
      { user: 'admin' },
      { user: ['admin'], password: 'adm1n-secret' },
      { user: '', password: '' },
    ],
    ...[
      { user: 'admin', password: { $ne: '' } },
      { user: 'x'.repeat(2000), password: 'x' },
      { user: 'admin\0', password: 'adm1n-secret' },
      { user: 'admin', password: 'adm1n-secret\0x' },
    ],
  ]
  for (const body of wrong) assert.equal((await post(body)).status, 400, JSON.stringify(body))
  const session = await loggedIn()
  const cookie = `${cookieName}=${session.cookiesOf(host).get(cookieName)}`
  const headers = { cookie, 'x-leat-console': '1' }
  const long = { method: 'POST', headers, body: 'x'.repeat(1_100_000) }
  assert.equal((await askDoor(`${base}/api/topics`, long)).status, 413)
})

test('login after login leaves a user with twenty sessions', async () => {
  const { base, loggedIn } = await started()
  const first = await loggedIn()
  const cookies: string[] = []
  for (let logins = 0; logins < 60; logins++) {
    cookies.push((await loggedIn()).cookiesOf(host).get(cookieName) ?? '')
  }
  const statuses = await Promise.all(cookies.map((cookie) => statusWith(base, cookie)))
  assert.deepEqual(
    statuses,
    cookies.map((_, index) => (index < 40 ? 401 : 200)),
  )
  assert.equal((await first.ask('/api/session')).status, 401)
})

test('whom the issuer does not truly name for this login nobody lets in', async () => {
  const { base, issuer } = await started()
  const { privateKey: otherKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = Math.floor(Date.now() / 1000)
  const claims = (nonce: string) => ({
    ...{ iss: issuer.url, sub: 'admin', aud: 'leat', nonce, iat: seconds, exp: seconds + 300 },
  })
  const shared = async (nonce: string, secret: string) => {
    const shown = `${part({ alg: 'HS256', kid: 'key-1' })}.${part(claims(nonce))}`
    return `${shown}.${createHmac('sha256', secret).update(shown).digest('base64url')}`
  }
  const lies: Record<string, LyingIssuer['idToken']> = {
    'a token of another login': () => issuer.sign({ nonce: 'of-another-login' }),
    'a token of no login': () => issuer.sign({}),
    'a token for another audience': ({ nonce }) => issuer.sign({ nonce, aud: 'other' }),
    'a token for several, not meant for us': ({ nonce }) =>
      issuer.sign({ nonce, aud: ['leat', 'other'], azp: 'other' }),
    'a token of another issuer': ({ nonce }) => issuer.sign({ nonce, iss: 'https://evil.example' }),
    'a token that has expired': ({ nonce }) => issuer.sign({ nonce }, { ends: seconds - 3600 }),
    'a token of another key': ({ nonce }) => issuer.sign({ nonce }, { key: otherKey }),
    'a token of a key that nobody knows': ({ nonce }) =>
      issuer.sign({ nonce }, { key: otherKey, keyId: 'key-2' }),
    'a token without a signature': async ({ nonce }) =>
      `${part({ alg: 'none' })}.${part(claims(nonce))}.`,
    'a token signed with our secret': ({ nonce }) => shared(nonce, '0idc-secret'),
    'a token signed with the public key': async ({ nonce }) =>
      shared(nonce, await exportSPKI(publicKey)),
    'no token': async () => '',
    'nobody as a user': ({ nonce }) => issuer.sign({ nonce, sub: '' }),
  }
  for (const [title, idToken] of Object.entries(lies)) {
    issuer.idToken = idToken
    const browser = new Browser(base)
    const back = await begun(browser, issuer)
    const { headers } = await browser.ask(back)
    assert.match(headers.get('location') ?? '', /^\/login\?failed=(untrusted|unnamed)$/, title)
    assert.equal((await browser.ask('/api/session')).status, 401, title)
  }
  issuer.idToken = ({ nonce }) => issuer.sign({ nonce })
  const browser = new Browser(base)
  const { headers } = await browser.ask(await begun(browser, issuer))
  assert.equal(headers.get('location'), '/')
  assert.equal((await browser.ask('/api/session')).body.user, 'admin')
})

test('a code comes with the proof that it was asked for here (PKCE), and is shown to nobody else', async () => {
  const { base, issuer } = await started()
  issuer.idToken = ({ nonce }) => issuer.sign({ nonce })
  const browser = new Browser(base)
  await browser.ask(await begun(browser, issuer))
  const exchange = issuer.exchanges.at(-1)
  const verifier = exchange?.get('code_verifier') ?? ''
  assert.ok(verifier.length >= 43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  assert.equal(challenge, issuer.asked.challenge)
  assert.equal(exchange?.get('redirect_uri'), `${base}/api/oidc/back`)
  const other = new Browser(base)
  await other.ask(await begun(other, issuer))
  assert.notEqual(issuer.exchanges.at(-1)?.get('code_verifier'), verifier)
})

test('an answer that another browser asked for, or with a changed state, is none', async () => {
  const { base, issuer } = await started()
  issuer.idToken = ({ nonce }) => issuer.sign({ nonce })
  const attacker = new Browser(base)
  const back = await begun(attacker, issuer)
  const asked = issuer.exchanges.length
  const victim = new Browser(base)
  await begun(victim, issuer)
  const wrong = [
    [victim, back],
    [new Browser(base), back],
    [victim, '/api/oidc/back?code=x'],
    [attacker, '/api/oidc/back?code=x&state='],
  ] as const
  for (const [browser, path] of wrong) {
    const { headers } = await browser.ask(path)
    assert.equal(headers.get('location'), '/login?failed=expired', path)
    assert.equal((await browser.ask('/api/session')).status, 401)
  }
  const sealed = new Browser(base)
  await begun(sealed, issuer)
  for (const value of [
    '',
    'x',
    'A'.repeat(200),
    sealed.cookiesOf(host).get('leat-login')?.slice(4),
  ]) {
    sealed.cookiesOf(host).set('leat-login', value ?? '')
    assert.equal((await sealed.ask(back)).headers.get('location'), '/login?failed=expired')
  }
  assert.equal(issuer.exchanges.length, asked, 'the issuer is asked for none of them')
})

test('strangers do not have the issuer asked more than it is used to', async () => {
  const { base, issuer } = await started()
  const browser = new Browser(base)
  const back = await begun(browser, issuer)
  const headers = { cookie: `leat-login=${browser.cookiesOf(host).get('leat-login')}` }
  let [under, most] = [0, 0]
  const all = Promise.withResolvers<void>()
  issuer.idToken = async () => {
    under += 1
    most = Math.max(most, under)
    await all.promise
    under -= 1
    return ''
  }
  const said: string[] = []
  const answers = Array.from({ length: 200 }, async () => {
    const { headers: told } = await askDoor(`${base}${back}`, { headers })
    said.push(String(told.location))
  })
  // Eight are asked about, a hundred wait; none of them is answered yet.
  await eventually('the others are answered', () => said.length === 92, 60_000)
  assert.deepEqual([...new Set(said)], ['/login?failed=bounded'])
  all.resolve()
  await Promise.all(answers)
  assert.deepEqual([...new Set(said.slice(92))], ['/login?failed=untrusted'])
  assert.equal(most, 8)
})

test('a login leads to no other site afterwards', async () => {
  const { base, issuer } = await started()
  issuer.idToken = ({ nonce }) => issuer.sign({ nonce })
  for (const next of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '/\t/evil',
  ]) {
    const browser = new Browser(base)
    const back = await begun(browser, issuer, next)
    const there = (await browser.ask(back)).headers.get('location') ?? ''
    assert.equal(new URL(there, base).origin, base, next)
    assert.ok(!there.startsWith('//'), next)
  }
})

test('an issuer that claims to be another is not believed', async (t) => {
  const issuer = await startLyingIssuer(t)
  issuer.metadata = { issuer: 'https://evil.example' }
  const running = await startInside(
    t,
    `
kafka: { enabled: false }
console: { bind: 127.0.0.1:0, auth: [ login ], oidc: { issuer: "${issuer.url}", clientId: leat } }
`,
  )
  const browser = new Browser(`http://${host}:${running.console[0]?.port}`)
  const { headers } = await browser.ask('/api/oidc/start')
  assert.equal(headers.get('location'), '/login?failed=untrusted')
})

test('an issuer is believed by the authorities that leat.yml names, and by no others', async (t) => {
  const authority = await Authority.open(t)
  const issuer = await startLyingIssuer(t, await authority.sign('issuer', 'IP:127.0.0.1'))
  for (const [tls, there] of [
    [`, tls: { ca: "${authority.certificate}" }`, '/'],
    ['', '/login?failed=unreachable'],
  ] as const) {
    const running = await startInside(
      t,
      `
kafka: { enabled: false }
console: { bind: 127.0.0.1:0, auth: [ login ], oidc: { issuer: "${issuer.url}", clientId: leat ${tls} } }
`,
    )
    const browser = new Browser(`http://${host}:${running.console[0]?.port}`)
    const start = await browser.ask('/api/oidc/start')
    const told = tls === '' ? start : await browser.ask(backFrom(start, issuer))
    assert.equal(told.headers.get('location'), there)
  }
})

test('over TLS cookies are of this host alone, and go over TLS alone', async (t) => {
  const running = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ] }
console: { bind: 127.0.0.1:0, auth: [ login ], url: "https://leat.example" }
access: { authorizer: none, users: { admin: { password: "\${env:ADMIN}" } } }
`,
    { environment: { ADMIN: 'adm1n-secret' } },
  )
  const browser = new Browser(`http://${host}:${running.console[0]?.port}`)
  const body = { user: 'admin', password: 'adm1n-secret' }
  const { headers } = await browser.ask('/api/session', { method: 'POST', body })
  const [cookie = ''] = headers.getSetCookie()
  assert.match(
    cookie,
    /^__Host-leat-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
})

async function statusWith(base: string, cookie: string): Promise<number> {
  const headers = { cookie: `${cookieName}=${cookie}` }
  return (await askDoor(`${base}/api/session`, { headers })).status
}

/** Begins a login and says with what the issuer would send the browser back. */
async function begun(browser: Browser, issuer: LyingIssuer, next = '/'): Promise<string> {
  const start = `/api/oidc/start?next=${encodeURIComponent(next)}`
  return backFrom(await browser.ask(start), issuer, `of-${next.length}`)
}

function backFrom({ headers }: BrowserAnswer, issuer: LyingIssuer, code = 'code'): string {
  const { searchParams } = new URL(headers.get('location') ?? '')
  issuer.asked = {
    nonce: searchParams.get('nonce') ?? '',
    challenge: searchParams.get('code_challenge') ?? '',
  }
  assert.equal(searchParams.get('code_challenge_method'), 'S256')
  return `/api/oidc/back?code=${code}&state=${searchParams.get('state')}`
}
