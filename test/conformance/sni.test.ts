/** A listener with several certificates, looked at by openssl as a client that asks for a name. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { silentLogger } from '../../src/base/logger.ts'
import { parseConfig } from '../../src/platform/config-file.ts'
import { start } from '../../src/platform/start.ts'
import { Authority } from '../helpers/certificates.ts'
import { eventually } from '../helpers/eventually.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'

const password = 'of-the-store'

test('openssl finds at every door the certificate of the name that it asks for, PEM or PKCS12, also a new one', {
  skip: withoutPeer('openssl'),
}, async () => {
  await using stack = new AsyncDisposableStack()
  const owner = { after: (action: () => void) => stack.defer(action) }
  const authority = await Authority.open(owner)
  const plant = await authority.sign('plant', 'DNS:plant.example')
  const office = await authority.sign('office', 'DNS:office.example', 'DNS:*.office.example')
  const later = await authority.sign('later', 'DNS:office.example', 'DNS:later.example')
  const store = async ({ certificate, key }: typeof office) => {
    const path = `${certificate}.p12`
    const files = ['-inkey', key, '-in', certificate, '-out', path]
    await outputOf(['openssl', 'pkcs12', '-export', ...files, '-passout', `pass:${password}`])
    return path
  }
  const keystore = join(authority.folder, 'office.p12')
  copyFileSync(await store(office), keystore)
  const tls = {
    ...{ cert: plant.certificate, key: plant.key },
    certificates: [{ keystore, password: '${env:STORE_PASSWORD}' }],
  }
  const doors = { listeners: [{ bind: '127.0.0.1:0', tls }] }
  const http = { bind: '127.0.0.1:0', tls }
  const config = await parseConfig(
    stringify({ data: './data', kafka: doors, mqtt: doors, registry: http }),
    join(authority.folder, 'leat.yml'),
    { STORE_PASSWORD: password },
  )
  const running = stack.use(await start(config, silentLogger))
  const verified = async (port: number | undefined, name: string) => {
    const command = ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, '-servername', name]
    const believed = ['-CAfile', authority.certificate, '-verify_hostname', name]
    const { stdout } = await runProgram([...command, ...believed, '-verify_return_error'])
    return stdout.includes('Verification: OK')
  }
  const ports = [running.kafka, running.mqtt, running.registry].map(([first]) => first?.port)
  for (const port of ports) {
    for (const name of ['plant.example', 'office.example', 'desk.office.example']) {
      assert.equal(await verified(port, name), true, name)
    }
    assert.equal(await verified(port, 'later.example'), false)
  }
  copyFileSync(await store(later), keystore)
  for (const port of ports) {
    await eventually('the new one is shown', () => verified(port, 'later.example'), 60_000)
    assert.equal(await verified(port, 'plant.example'), true)
  }
})
