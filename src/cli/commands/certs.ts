import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../base/random.ts'
import { authorityFiles, keyTypes, newAuthority, readAuthority } from '../certs/authority.ts'
import { clientFiles, type HolderOptions, serverFiles } from '../certs/holders.ts'
import { type NewFile, writeFiles } from '../certs/new-files.ts'
import { emptyRevocationFile, revocationFile } from '../certs/revocation.ts'
import { command, type Group, type Input, oneOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { outputOption, printRows, wantsJson } from '../output.ts'
import { printLine } from '../terminal.ts'

const folderOption = {
  folder: {
    type: 'string',
    short: 'd',
    value: 'FOLDER',
    about: 'Where the files are (default ./certs).',
    example: '-d /etc/leat/certs',
  },
} as const

const writing = {
  ...folderOption,
  force: {
    type: 'boolean',
    about: 'Writes over files that are there.',
    example: '--force',
  },
  ...outputOption,
} as const

const issuing = {
  ...writing,
  days: {
    type: 'string',
    value: 'DAYS',
    about: 'How long certificates are valid (default 3650 of an authority, else 365).',
    example: '--days 30',
  },
  key: {
    type: 'string',
    value: 'TYPE',
    about: 'Elliptic curves (ec, the default: P-256) or rsa (2048 bits).',
    example: '--key rsa',
  },
} as const

const subjectOption = {
  subject: {
    type: 'string',
    value: 'PARTS',
    about: 'What names have behind their CN.',
    example: '--subject O=Plant,C=DE',
  },
} as const

const hostOption = {
  host: {
    type: 'string',
    multiple: true,
    value: 'HOST',
    about:
      "A name or address of leat's, once each (default localhost, 127.0.0.1, ::1 and this machine's name).",
    example: '--host broker.example --host 192.0.2.7',
  },
} as const

const init = command({
  options: {
    ...issuing,
    ...subjectOption,
    ...hostOption,
    client: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      about: 'A client to make files for, once each (default client).',
      example: '--client alice --client bob',
    },
  },
  about:
    'Makes an authority, a certificate for the listeners, clients and an empty list of revoked ones, and prints\nthe lines for leat.yml. LEAT_CERTS_PASSWORD is the password of the key stores; without it each holder gets\na random one.',
  examples: [
    'leat certs init',
    'leat certs init --host broker.example --client alice --client bob',
  ],
  async run(input) {
    const folder = folderOf(input)
    const authority = await newAuthority(authorityName(input), optionsOf(input, authorityDays))
    const names = (input.options.client ?? ['client']).map(clientName)
    const clients = names.map((name) => clientFiles(name, authority, optionsOf(input)))
    const files = await Promise.all([
      authorityFiles(authority, folder),
      serverFiles(hostsOf(input.options.host), authority, optionsOf(input)),
      ...clients,
      [emptyRevocationFile(authority, folder)],
    ])
    await write(input, files.flat())
    if (!wantsJson(input.options)) await printLine(input.terminal.stderr, listenerLines(folder))
  },
})

const ca = command({
  options: { ...issuing, ...subjectOption },
  examples: ['leat certs ca', 'leat certs ca -d /etc/leat/certs --subject O=Plant,C=DE'],
  async run(input) {
    const authority = await newAuthority(authorityName(input), optionsOf(input, authorityDays))
    const folder = folderOf(input)
    await write(input, [
      ...authorityFiles(authority, folder),
      emptyRevocationFile(authority, folder),
    ])
  },
})

const server = command({
  options: { ...issuing, ...subjectOption, ...hostOption },
  about: 'Signed by the authority in the same folder.',
  examples: ['leat certs server --host broker.example', 'leat certs server --force'],
  async run(input) {
    const authority = await readAuthority(folderOf(input))
    await write(input, await serverFiles(hostsOf(input.options.host), authority, optionsOf(input)))
    if (!wantsJson(input.options)) {
      await printLine(input.terminal.stderr, listenerLines(folderOf(input)))
    }
  },
})

const client = command({
  operands: 'NAME…',
  options: { ...issuing, ...subjectOption },
  about:
    'Signed by the authority in the same folder. Each client gets a folder to hand over as a whole.',
  examples: [
    'leat certs client alice',
    'leat certs client client60 --subject L=MountainView,O=CONFLUENT,C=US',
  ],
  async run(input) {
    const names = namesOf(input.operands)
    const authority = await readAuthority(folderOf(input))
    const files = names.map((name) => clientFiles(name, authority, optionsOf(input)))
    await write(input, (await Promise.all(files)).flat())
  },
})

const revoke = command({
  operands: 'NAME…',
  options: { ...folderOption, ...outputOption },
  about:
    'Adds the certificates of clients to revoked.crl, which `crl:` of leat.yml names: leat reads it without a\nrestart. Connections that are open stay.',
  examples: ['leat certs revoke alice'],
  async run(input) {
    const names = namesOf(input.operands)
    const folder = folderOf(input)
    const file = await revocationFile(names, await readAuthority(folder), folder)
    await write({ ...input, options: { ...input.options, force: true } }, [file])
  },
})

export const certs: Group = {
  actions: {
    init: { summary: 'Makes all that mutual TLS needs, at once.', command: init },
    ca: { summary: 'Makes an authority.', command: ca },
    server: { summary: "Makes a certificate for leat's listeners.", command: server },
    client: { summary: 'Makes what clients need.', command: client },
    revoke: { summary: "Revokes clients' certificates.", command: revoke },
  },
}

const authorityDays = 3650
const authorityBytes = 4
const holderDays = 365
const mostDays = 36_500

type Issuing = Pick<Input<typeof issuing & typeof subjectOption>, 'options' | 'terminal'>

function optionsOf({ options, terminal }: Issuing, days = holderDays): HolderOptions {
  return {
    folder: options.folder ?? 'certs',
    days: Math.min(wholeNumber('days', options.days, days, 1), mostDays),
    keyType: oneOf('key', options.key, keyTypes, 'ec'),
    subject: options.subject,
    password: terminal.environment.LEAT_CERTS_PASSWORD,
  }
}

function folderOf({ options }: Pick<Input<typeof folderOption>, 'options'>): string {
  return options.folder ?? 'certs'
}

/** Two authorities of one name would be taken for each other. */
function authorityName({ options }: Issuing): string {
  const name = `CN=leat authority ${systemRandom.bytes(authorityBytes).toString('hex')}`
  return options.subject === undefined ? name : `${name},${options.subject}`
}

function hostsOf(hosts: readonly string[] | undefined): string[] {
  return hosts === undefined
    ? [...new Set(['localhost', '127.0.0.1', '::1', hostname()])]
    : [...hosts]
}

function namesOf(operands: readonly string[]): string[] {
  if (operands.length === 0)
    throw cliError('usage', { problem: 'Write the name of a client here.' })
  return operands.map(clientName)
}

/** It is the name of a folder, too. */
function clientName(name: string): string {
  if (/^[\w@-][\w.@ -]*$/.test(name)) return name
  const problem = `'${name}' is no name for a client; write letters, digits, '.', '_', '@' and '-'.`
  throw cliError('usage', { problem })
}

async function write(
  { options, terminal }: Pick<Input<typeof writing>, 'options' | 'terminal'>,
  files: readonly NewFile[],
): Promise<void> {
  writeFiles(files, options.force ?? false)
  const rows = files.map(({ path, about }) => ({ file: path, about }))
  await printRows({ options, terminal }, rows)
}

function listenerLines(folder: string): string {
  const path = (name: string) => join(folder, name)
  return [
    '',
    'In leat.yml:',
    '  kafka:',
    '    listeners:',
    '      - bind: 0.0.0.0:9093',
    '        tls:',
    `          keystore: ${path('server.p12')}`,
    `          password: "\${file:${path('server.password')}}"`,
    `          ca: ${path('ca.crt')}`,
    `          crl: ${path('revoked.crl')}`,
    '          clientAuth: required',
    '        principalMappingRules: "RULE:^CN=([^,]+).*$/$1/,DEFAULT"',
  ].join('\n')
}
