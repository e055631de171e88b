/** What the authority signs: a server for leat's listeners, and clients, each with all that it needs. */
import { join, resolve } from 'node:path'
import { systemRandom } from '../../base/random.ts'
import { commonName } from '../../base/tls/issuing/name.ts'
import { writeKeystore, writeTruststore } from '../../base/tls/issuing/pkcs12.ts'
import type { Identity } from '../../base/tls/key-store.ts'
import { subjectOf } from '../../base/tls/x500-name.ts'
import { type IssueOptions, issue, keyFile } from './authority.ts'
import type { NewFile } from './new-files.ts'

export interface HolderOptions extends IssueOptions {
  /** What stands behind the CN, as `O=Plant,C=DE`. */
  readonly subject: string | undefined
  /** Of the key stores; without one, each holder gets a random one. */
  readonly password: string | undefined
}

const passwordBytes = 18

/** A key for listeners, under these names and addresses. */
export async function serverFiles(
  hosts: readonly string[],
  authority: Identity,
  options: HolderOptions,
): Promise<NewFile[]> {
  const subject = nameOf(hosts[0] ?? 'server', options)
  const server = await issue({ subject, purpose: 'server', hosts }, authority, options)
  const password = passwordOf(options)
  const path = (name: string) => join(options.folder, name)
  const about = `the listeners' certificate, for ${hosts.join(', ')}`
  return [
    { path: path('server.crt'), content: server.chain.join(''), isSecret: false, about },
    keyFile(path('server.key'), server.key),
    await keystoreFile(path('server.p12'), 'server', server, password),
    await truststoreFile(path('truststore.p12'), authority, password),
    {
      path: path('server.password'),
      content: `${password}\n`,
      isSecret: true,
      about: 'the password of both stores',
    },
  ]
}

/** A folder to hand over as a whole. */
export async function clientFiles(
  name: string,
  authority: Identity,
  options: HolderOptions,
): Promise<NewFile[]> {
  const client = await issue(
    { subject: nameOf(name, options), purpose: 'client' },
    authority,
    options,
  )
  const password = passwordOf(options)
  const folder = join(options.folder, 'clients', name)
  const path = (file: string) => join(folder, file)
  const [own] = client.chain
  return [
    {
      path: path('ca.crt'),
      content: authority.chain.join(''),
      isSecret: false,
      about: 'the authority that signed the certificates of the listeners',
    },
    {
      path: path('client.crt'),
      content: client.chain.join(''),
      isSecret: false,
      about: `the certificate of ${own && subjectOf(own)}`,
    },
    keyFile(path('client.key'), client.key),
    await keystoreFile(path('keystore.p12'), name, client, password),
    await truststoreFile(path('truststore.p12'), authority, password),
    {
      path: path('client-ssl.properties'),
      content: propertiesOf(folder, password),
      isSecret: true,
      about: "what Kafka's own tools take by --command-config",
    },
  ]
}

function nameOf(name: string, { subject }: HolderOptions): string {
  return subject === undefined ? commonName(name) : `${commonName(name)},${subject}`
}

function passwordOf({ password }: HolderOptions): string {
  return password ?? systemRandom.bytes(passwordBytes).toString('base64url')
}

async function keystoreFile(
  path: string,
  name: string,
  identity: Identity,
  password: string,
): Promise<NewFile> {
  const content = await writeKeystore(identity, { name, password, random: systemRandom })
  return { path, content, isSecret: true, about: 'key and certificates as PKCS12' }
}

async function truststoreFile(
  path: string,
  { chain }: Identity,
  password: string,
): Promise<NewFile> {
  const content = await writeTruststore(chain, { name: 'ca', password, random: systemRandom })
  return { path, content, isSecret: false, about: 'the authority as PKCS12' }
}

function propertiesOf(folder: string, password: string): string {
  const lines = {
    'security.protocol': 'SSL',
    'ssl.truststore.type': 'PKCS12',
    'ssl.truststore.location': resolve(folder, 'truststore.p12'),
    'ssl.truststore.password': password,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': resolve(folder, 'keystore.p12'),
    'ssl.keystore.password': password,
    'ssl.key.password': password,
  }
  const written = Object.entries(lines).map(([name, value]) => `${name}=${escaped(value)}\n`)
  return `# Where this folder is moved, change the two locations.\n${written.join('')}`
}

/** A backslash has a meaning of its own in files of properties. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\')
}
