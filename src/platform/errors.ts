import { catalogue } from '../base/errors.ts'

/** What may go wrong before and while the parts are started. */
export const platformError = catalogue({
  'config-missing': {
    says: ({ file }: { file: string }) =>
      `There is no ${file}; 'leat init' writes one, and 'leat up' without -f needs none.`,
  },
  'config-folder-empty': {
    says: ({ folder }: { folder: string }) =>
      `There is no file in ${folder} that ends in .yml or .yaml; 'leat init -f ${folder}/leat.yml' writes one.`,
  },
  'config-unreadable': {
    says: ({ path, code }: { path: string; code: string }) =>
      `${path} cannot be read (${code}); is it a file or a folder, and may this user read it?`,
  },
  graduated: {
    says: ({ directory, to, file }: { directory: string; to: string; file: string }) =>
      `The records of ${directory} have gone on at ${to}; write 'kafka: { brokers: [ ${to} ] }' into leat.yml. To go on with the old ones instead, delete ${file}.`,
  },
  'no-data': {
    says: ({ directory }: { directory: string }) =>
      `There is no data of a leat in ${directory}; name its leat.yml with -f.`,
  },
  'still-running': {
    says: ({ directory }: { directory: string }) =>
      `Another process has ${directory}; stop it, or name another folder as 'data' in leat.yml.`,
  },
  'login-needed': {
    says: () =>
      "leat is running and all of its listeners ask for TLS or a login; give them with --source-config, in Kafka's own keys.",
  },
  'sides-differ': {
    says: ({ differences }: { differences: number }) =>
      `Both sides differ in ${differences} places, which stand above; nothing has been switched, and leat goes on as before.`,
  },
  'plan-needs-login': {
    says: ({ data }: { data: string }) =>
      `A leat works with ${data}, and all its listeners ask for a login or TLS; name a file with yours by --command-config.`,
  },
  'schema-file-wrong': {
    says: ({ file, why }: { file: string; why: string }) =>
      `The schema in '${file}' cannot be used: ${why}`,
  },
  'registry-not-open': {
    says: () => 'The schema registry is not open yet; it will be in a moment.',
    retriable: true,
  },
  'config-invalid': {
    says: ({ problems }: { problems: readonly string[] }) => problems.join('\n'),
  },
  'port-in-use': {
    says: ({
      part,
      address,
      owner,
    }: {
      part: string
      address: string
      owner: string | undefined
    }) =>
      `${address} is in use${owner === undefined ? '' : ` by ${owner}`}, so ${part} cannot listen there; stop what uses it or choose another port.`,
  },
  'port-forbidden': {
    says: ({ part, address }: { part: string; address: string }) =>
      `This user may not listen on ${address} (${part}); choose a port above 1023.`,
  },
  'address-unknown': {
    says: ({ part, address }: { part: string; address: string }) =>
      `This machine has no address ${address}, so ${part} cannot listen there; bind to 127.0.0.1, to 0.0.0.0 or to an address that it has.`,
  },
})
