import { sinetCatalogue } from '../../formats/sinetstream/index.ts'

export const serviceError = sinetCatalogue({
  'no-config': {
    kind: 'NoConfigError',
    says: ({ looked }: { looked: readonly string[] }) =>
      `There is no service file: looked for ${looked.join(' and ')}. Write one, name one by 'config_file', or give all parameters with 'no_config: true'.`,
  },
  'service-ambiguous': {
    kind: 'NoConfigError',
    says: ({ source, services }: { source: string; services: readonly string[] }) =>
      `${source} has ${services.length} services (${services.join(', ')}); say which by 'service'.`,
  },
  'no-service': {
    kind: 'NoServiceError',
    says: ({ service, source, services }: NoService) =>
      `${source} has no service '${service}'; it has ${services.join(', ') || 'none'}.`,
  },
  'service-empty': {
    kind: 'NoServiceError',
    says: ({ service, source }: Omit<NoService, 'services'>) =>
      `${source} says nothing of the service '${service}'; write its parameters under it.`,
  },
  'config-empty': {
    kind: 'NoConfigError',
    says: ({ source }: { source: string }) => `${source} has no service.`,
  },
  'config-invalid': {
    kind: 'InvalidConfigError',
    says: ({ source, why }: { source: string; why: string }) => `${source}: ${why}`,
  },
  'private-key': {
    kind: 'InvalidConfigError',
    says: ({ path, why }: { path: string; why: string }) => `The private key ${path}: ${why}.`,
  },
  'key-mismatch': {
    kind: 'InvalidConfigError',
    says: ({ source, wanted, path, is }: KeyMismatch) =>
      `${source} is encrypted for the key ${wanted}, and ${path} is ${is}; encrypt it anew or take the other key.`,
  },
  'encrypted-value': {
    kind: 'InvalidConfigError',
    says: ({ path, why }: { path: string; why: string }) =>
      `The encrypted value '${path}': ${why}.`,
  },
  'no-server': {
    kind: 'NoConfigError',
    says: ({ path }: { path: string }) =>
      `There is no ${path}, which says where the configuration server is; get one from it, or leave 'config' out.`,
  },
  'server-refuses': {
    kind: 'AuthorizationError',
    says: ({ address, path }: { address: string; path: string }) =>
      `The configuration server ${address} refuses the user or the secret-key of ${path} (401).`,
  },
  'server-lacks': {
    kind: 'NoServiceError',
    says: ({ address, what }: { address: string; what: string }) =>
      `The configuration server ${address} has no ${what} (404).`,
  },
  'server-fails': {
    kind: 'ConnectionError',
    retriable: true,
    says: ({ address, what, why }: { address: string; what: string; why: string }) =>
      `The configuration server ${address} does not give ${what}: ${why}.`,
  },
  'server-answer': {
    kind: 'InvalidConfigError',
    says: ({ address, what, why }: { address: string; what: string; why: string }) =>
      `The configuration server ${address} gives ${what} in a form that leat does not know: ${why}.`,
  },
  'parameter-wrong': {
    kind: 'InvalidArgumentError',
    says: ({ name, is, wanted }: { name: string; is: string; wanted: string }) =>
      `The parameter '${name}' is ${is}; give ${wanted}.`,
  },
  'parameter-missing': {
    kind: 'InvalidArgumentError',
    says: ({ name, cure }: { name: string; cure: string }) =>
      `The parameter '${name}' is missing; ${cure}.`,
  },
  'parameters-exclude': {
    kind: 'InvalidArgumentError',
    says: ({ names }: { names: readonly [string, string] }) =>
      `The parameters '${names.join("' and '")}' exclude each other; give one of them.`,
  },
  'file-unreadable': {
    kind: 'InvalidArgumentError',
    says: ({ name, path, why }: { name: string; path: string; why: string }) =>
      `The parameter '${name}' names the file ${path}, which cannot be read (${why}).`,
  },
  'text-for-path': {
    kind: 'InvalidArgumentError',
    says: ({ name }: { name: string }) =>
      `The parameter '${name}' is the text of a file, not its path; give it as '${name}_data'.`,
  },
  'brokers-forbidden': {
    kind: 'InvalidConfigError',
    says: () => "A service of type s3 has no 'brokers'; its server is 'endpoint_url'.",
  },
})

interface NoService {
  readonly service: string
  readonly source: string
  readonly services: readonly string[]
}

interface KeyMismatch {
  readonly source: string
  readonly wanted: string
  readonly path: string
  readonly is: string
}
