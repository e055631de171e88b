import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignNameIn } from './own-name.ts'

const browser = { 'accept-language': 'en' }
const isOwn = (host: string, allowed: readonly string[] = []) =>
  foreignNameIn({ host, ...browser }, allowed) === undefined

test('only names that no stranger can point here are ours', () => {
  const own = ['127.0.0.1:8080', '[::1]:8080', '10.0.0.7', 'localhost:8080', 'leat', 'leat:8080']
  const kept = ['pc.local:8080', 'leat.plant.internal', 'a.localhost', 'LEAT.LOCAL', 'x.local.:80']
  const inside = ['leat.default.svc.cluster.local:8081', 'leat.test', 'nas.home.arpa', '127.1']
  for (const name of [...own, ...kept, ...inside]) assert.ok(isOwn(name), name)
  const foreign = ['evil.example', '127.0.0.1.evil.example:8080', 'local.evil.example', 'home.arpa']
  const odd = [
    '',
    'a b',
    '/',
    'evil.example.',
    'EVIL.example',
    'localhost.evil.example',
    'x.locals',
  ]
  for (const name of [...foreign, ...odd]) assert.ok(!isOwn(name), name)
})

test('names that we were told of are ours, whole or with all below them', () => {
  const allowed = ['leat.example', '.Plant.example']
  for (const name of ['leat.example:8081', 'LEAT.example', 'plant.example', 'a.b.plant.example.']) {
    assert.ok(isOwn(name, allowed), name)
  }
  for (const name of ['x.leat.example', 'evilplant.example', 'plant.example.evil.example']) {
    assert.ok(!isOwn(name, allowed), name)
  }
})

test('programs come by any name; whatever a browser cannot leave out tells it from them', () => {
  const host = 'evil.example:8081'
  const programs = [
    {},
    { 'user-agent': 'curl/8.5.0', accept: '*/*' },
    { 'user-agent': 'python-requests/2.31.0', 'accept-encoding': 'gzip, deflate' },
    { 'user-agent': 'Java-http-client/21.0.2', connection: 'Upgrade, HTTP2-Settings' },
  ]
  for (const headers of programs) assert.equal(foreignNameIn({ host, ...headers }, []), undefined)
  const browsers = [
    { 'accept-language': '' },
    { origin: 'http://evil.example:8081' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-mode': 'no-cors' },
    { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
  ]
  for (const headers of browsers) assert.equal(foreignNameIn({ host, ...headers }, []), host)
})
