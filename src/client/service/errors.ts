import { sinetCatalogue } from '../../formats/sinetstream/index.ts'

export const serviceError = sinetCatalogue({
  'no-config': {
    kind: 'NoConfigError',
    says: ({ looked }: { looked: readonly string[] }) =>
      `There is no service file: looked for ${looked.join(' and ')}. Write one, name one by 'config_file', or give all parameters with 'no_config: true'.`,
  },
  'service-ambiguous': {
    kind: 'NoConfigError',
    says: ({ path, services }: { path: string; services: readonly string[] }) =>
      `${path} has ${services.length} services (${services.join(', ')}); say which by 'service'.`,
  },
  'no-service': {
    kind: 'NoServiceError',
    says: ({
      service,
      path,
      services,
    }: {
      service: string
      path: string
      services: readonly string[]
    }) => `${path} has no service '${service}'; it has ${services.join(', ') || 'none'}.`,
  },
  'config-invalid': {
    kind: 'InvalidConfigError',
    says: ({ path, why }: { path: string; why: string }) => `${path}: ${why}`,
  },
  'not-supported': {
    kind: 'InvalidConfigError',
    says: ({ what }: { what: string }) => `${what} is not supported yet.`,
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
  'brokers-forbidden': {
    kind: 'InvalidConfigError',
    says: () => "A service of type s3 has no 'brokers'; its server is 'endpoint_url'.",
  },
})
