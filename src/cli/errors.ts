import { catalogue, LeatError } from '../base/errors.ts'
import {
  InvalidArgumentError,
  InvalidConfigError,
  NoConfigError,
  NoServiceError,
  UnsupportedServiceTypeError,
} from '../formats/sinetstream/errors.ts'

export const cliError = catalogue({
  usage: { says: ({ problem }: { problem: string }) => problem },
  exists: {
    says: ({ file }: { file: string }) =>
      `${file} is already there; move it away, or give another name.`,
  },
  'exists-without-force': {
    says: ({ file }: { file: string }) =>
      `${file} is already there, so nothing is written; choose another folder, or write over what is there with --force.`,
  },
  'authority-missing': {
    says: ({ folder }: { folder: string }) =>
      `There is no authority in ${folder}; 'leat certs ca -d ${folder}' makes one.`,
  },
  'client-missing': {
    says: ({ path }: { path: string }) =>
      `There is no ${path}; name a client whose folder is there.`,
  },
  'duckdb-missing': {
    says: () =>
      "Lakes are asked by DuckDB, which is not here; 'npm install --no-save @duckdb/node-api' brings it into this folder.",
  },
  'lake-missing': {
    says: ({ folder }: { folder: string }) =>
      `There is no folder ${folder}; name the lake, such as --lake /var/lake.`,
  },
  'lake-elsewhere': {
    says: () =>
      'The lakes of leat.yml are buckets, and only lakes on disk are asked here; DuckDB itself reads buckets (docs/guides/s3.md).',
  },
  failed: { says: ({ problem }: { problem: string }) => problem },
})

export const exitCode = { done: 0, failed: 1, usage: 2 } as const

/** Failures that are cured by writing something else, on the command line or in the file. */
const wrongInput = [
  'usage',
  'config-invalid',
  'config-missing',
  'config-folder-empty',
  'config-unreadable',
  'plan-needs-login',
  'setting-invalid',
  'config-unknown',
  'mqtt-url',
  'registry-url-invalid',
]

/** The same, of services and their parameters. */
const wrongServices = [
  InvalidArgumentError,
  InvalidConfigError,
  NoConfigError,
  NoServiceError,
  UnsupportedServiceTypeError,
]

export function exitCodeOf(error: unknown): number {
  const isUsage =
    (error instanceof LeatError && wrongInput.includes(error.code)) ||
    wrongServices.some((kind) => error instanceof kind)
  return isUsage ? exitCode.usage : exitCode.failed
}
