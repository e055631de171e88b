/** The options of an S3 service, by SINETStream's names. */
import { readFileSync } from 'node:fs'
import { systemCode } from '../../../base/errors.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import { isMapping } from '../../service/values.ts'
import type { Surroundings } from '../transport.ts'
import { s3Error } from './errors.ts'
import type { Granularity } from './names.ts'

interface Option<Value> {
  readonly about: string
  /** Undefined where the value is not one of those that are `wanted`. */
  readonly read: (value: unknown) => Value | undefined
  readonly wanted: string
  readonly isNeeded?: true
  /** Never shown. */
  readonly isSecret?: true
}

const granularities: readonly Granularity[] = ['day', 'hour', 'minute']

const options = {
  endpoint_url: {
    ...text("The server's address; without it AWS's own."),
    read: (value: unknown) =>
      typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')
        ? value
        : undefined,
    wanted: "an address such as 'http://127.0.0.1:9000'",
    isSecret: true,
  },
  bucket: { ...text('The bucket, which must be there.'), isNeeded: true },
  prefix: { ...text('What names of objects begin with, before the topic.', 0), isNeeded: true },
  suffix: { ...text("What names of objects end with, such as '.bin'.", 0), isNeeded: true },
  name: {
    about: 'day, hour or minute: how deep the folders of the date go.',
    read: (value: unknown) => granularities.find((one) => one === value),
    wanted: granularities.join(' or '),
    isNeeded: true,
  },
  aws_access_key_id: {
    ...text("With the next: the credentials; without, as AWS's tools find them."),
    isSecret: true,
  },
  aws_secret_access_key: { ...text('The secret of the access key.'), isSecret: true },
  aws_session_token: { ...text('Beside them, for credentials of a short life.'), isSecret: true },
  region_name: text("The bucket's region; with an endpoint_url us-east-1 by default."),
  utc_offset: {
    about: "Folders have the date at this offset, such as '+0900'; the local one by default.",
    read: offsetMinutesOf,
    wanted: "an offset such as '+0900', in quotes",
  },
  verify: {
    about: "false: the server's certificate is not looked at; a path: of the authority to trust.",
    read: (value: unknown) =>
      typeof value === 'boolean' || typeof value === 'string' ? value : undefined,
    wanted: 'true, false or the path of a file',
  },
  poll_interval_ms: {
    about:
      "leat's own: a reader goes on looking for new objects, with so long a pause between; each time it lists all names of its topics.",
    read: (value: unknown) =>
      typeof value === 'number' && value >= 1 && value < 2 ** 31 ? value : undefined,
    wanted: 'a number of at least 1',
  },
} as const satisfies Record<string, Option<unknown>>

/** Known, and of no consequence, as in SINETStream. */
const unheeded = {
  use_ssl: "Unheeded: the endpoint_url's scheme says it.",
  api_version: 'Unheeded: there is one.',
  config: "Unheeded: it is for Python's client.",
} as const

export const specKeys: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(options).map(([key, { about }]) => [key, about])),
  ...unheeded,
}

type Needed = {
  [Key in keyof typeof options]: (typeof options)[Key] extends { isNeeded: true } ? Key : never
}[keyof typeof options]

type Read = {
  readonly [Key in keyof typeof options]: NonNullable<ReturnType<(typeof options)[Key]['read']>>
}

export type S3Spec = Partial<Omit<Read, Needed>> & Pick<Read, Needed>

/** Throws InvalidArgumentError for what is wrong or missing; what is unknown goes unheeded, with a warning. */
export function s3SpecOf(
  { spec, service }: ServiceParameters,
  { logger }: Pick<Surroundings, 'logger'>,
): S3Spec {
  // In files of versions 1 and 2 the options are a mapping of their own.
  const given = isMapping(spec.s3) ? spec.s3 : spec
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue
    if (Object.hasOwn(options, key)) read[key] = readOption(key as keyof typeof options, value)
    else if (!Object.hasOwn(unheeded, key)) {
      const sentence = `'${key}' is no option of S3 services that leat knows; it goes unheeded`
      logger.warn(sentence, { service, key })
    }
  }
  for (const [key, option] of Object.entries<Option<unknown>>(options)) {
    if (option.isNeeded && read[key] === undefined) {
      throw s3Error('s3-spec', { key, is: 'is missing', wanted: option.wanted })
    }
  }
  if ((read.aws_access_key_id === undefined) !== (read.aws_secret_access_key === undefined)) {
    const [key, is] = ['aws_secret_access_key', "goes together with 'aws_access_key_id'"]
    throw s3Error('s3-spec', { key, is, wanted: 'both or neither' })
  }
  return read as S3Spec
}

/** The authority's certificate that `verify` names. */
export function authorityOf({ verify }: S3Spec): Buffer | undefined {
  if (typeof verify !== 'string') return undefined
  try {
    return readFileSync(verify)
  } catch (error) {
    const is = `names a file that cannot be read (${systemCode(error)})`
    throw s3Error('s3-spec', { key: 'verify', is, wanted: options.verify.wanted }, { cause: error })
  }
}

function readOption(key: keyof typeof options, value: unknown): unknown {
  const { read, wanted, isSecret }: Option<unknown> = options[key]
  const found = read(value)
  if (found !== undefined) return found
  const is = isSecret ? 'is not right' : `is ${JSON.stringify(value)}`
  throw s3Error('s3-spec', { key, is, wanted })
}

/** The forms that Python's `%z` takes. */
function offsetMinutesOf(value: unknown): number | undefined {
  if (value === 'Z') return 0
  const [, sign, hours, minutes] =
    /^([+-])(\d\d):?([0-5]\d)$/.exec(typeof value === 'number' ? asWritten(value) : `${value}`) ??
    []
  if (Number(hours) < 24) return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))
  return undefined
}

/**
 * YAML 1.1 reads +0900 as the number 900; PyYAML leaves it as it is, because 08 and 09 begin no octal
 * number. All other offsets without quotes are octal numbers, which Python does not take either.
 */
function asWritten(value: number): string {
  const digits = String(Math.abs(value)).padStart(4, '0')
  return /^0[89](00|15|30|45)$/.test(digits) ? `${value < 0 ? '-' : '+'}${digits}` : ''
}

function text(about: string, leastLength = 1) {
  const read = (value: unknown) =>
    typeof value === 'string' && value.length >= leastLength ? value : undefined
  return { about, read, wanted: 'some text' }
}
