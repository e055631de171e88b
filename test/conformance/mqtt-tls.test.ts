/** MQTT services over TLS, by the parameters of a service file, with mosquitto at the other end. */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { Reader, Writer } from '../../src/index.ts'
import { Authority } from '../helpers/certificates.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startMosquitto } from '../helpers/mosquitto.ts'
import { withoutPeer } from '../helpers/peers.ts'

test('over TLS messages cross with certificates on both sides, and whom a side does not know it refuses', {
  skip: withoutPeer('mosquitto', 'openssl'),
}, async (t) => {
  const authority = await Authority.open(t)
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const strangers = await authority.sign('elsewhere', 'DNS:elsewhere.example')
  const client = await authority.sign('client')
  const other = await Authority.open(t)
  // Started as root, mosquitto reads as a user of its own.
  for (const { key } of [server, strangers]) chmodSync(key, 0o644)
  chmodSync(authority.folder, 0o755)
  const mosquitto = await startMosquitto(t, { authority: authority.certificate, server })
  const misnamed = await startMosquitto(t, {
    authority: authority.certificate,
    server: strangers,
  })

  const own = { certfile: client.certificate, keyfile: client.key }
  const known = { ca_certs: authority.certificate, ...own }
  const inline = {
    ca_certs_data: readFileSync(authority.certificate, 'utf8'),
    certfile_data: `${readFileSync(client.certificate)}${readFileSync(client.key)}`,
  }
  const service = (port: number, tls: unknown, spec = {}) => ({
    ...{ type: 'mqtt', brokers: `127.0.0.1:${port}`, topic: 'tls', value_type: 'text' },
    ...{ consistency: 'AT_LEAST_ONCE', tls, type_spec: spec },
  })
  const { tlsPort } = mosquitto
  const services = {
    files: service(tlsPort, known),
    inline: service(tlsPort, inline),
    options: service(tlsPort, undefined, { tls: { ...known, tls_version: 'PROTOCOL_TLSv1_2' } }),
    unnamed: service(misnamed.tlsPort, { ...known, check_hostname: false }),
    insecure: service(misnamed.tlsPort, known, { tls_insecure: { value: true } }),
    // What is refused:
    misnamed: service(misnamed.tlsPort, known),
    untrusted: service(tlsPort, { ca_certs: other.certificate, ...own }),
    system: service(tlsPort, own),
    anonymous: service(tlsPort, { ca_certs: authority.certificate }),
  }
  const path = join(temporaryFolder(t), 'services.yml')
  writeFileSync(path, stringify({ header: { version: 3 }, config: services }))

  for (const name of ['files', 'inline', 'options', 'unnamed', 'insecure']) {
    const given = { service: name, config_file: path, value_type: 'text' } as const
    await using reader = await Reader.open({ ...given, receive_timeout_ms: 60_000 })
    await using writer = await Writer.open(given)
    await writer.publish(name)
    const { value: message } = await reader[Symbol.asyncIterator]().next()
    assert.equal(message?.value, name)
  }
  const reasons = {
    misnamed: /altnames|IP: 127\.0\.0\.1/i,
    untrusted: /certificate|issuer/i,
    system: /certificate|issuer/i,
    anonymous: /./,
  }
  for (const [name, message] of Object.entries(reasons)) {
    const opening = Writer.open({ service: name, config_file: path })
    await assert.rejects(opening, { name: 'ConnectionError', message }, name)
  }
})
