/**
 * The transforms of a connector, as its configuration says: `transforms=a,b`, `transforms.a.type`,
 * `transforms.a.predicate`, `transforms.a.negate`, `predicates=p`, `predicates.p.type`.
 */
import type { Option, Options } from '../kit/options.ts'
import type { OptionErrors } from '../kit/plugin.ts'
import { readOptions } from '../kit/read-options.ts'
import { predicateKinds } from '../predicates/index.ts'
import type { Predicate, PredicateKind } from '../predicates/predicate.ts'
import { transformKinds } from './index.ts'
import { type Side, sides, type Transform, type TransformKind } from './transform.ts'

type Configuration = Readonly<Record<string, string | null | undefined>>

/** `errors` has sentences by the option's name; the transform is there only without any. */
export interface TransformChain {
  readonly transform: Transform | undefined
  readonly errors: OptionErrors
}

export function transformChain(config: Configuration): TransformChain {
  const predicates = named(config, 'predicates', openPredicate)
  const transforms = named(config, 'transforms', (prefix, given) =>
    openTransform(prefix, given, predicates.members),
  )
  const errors = { ...predicates.errors, ...transforms.errors }
  if (Object.keys(errors).length > 0) return { transform: undefined, errors }
  return { transform: inOrder([...transforms.members.values()]), errors }
}

/** All options that the transforms and predicates of a configuration have, by their whole names. */
export function transformOptions(config: Configuration): Options {
  const options: Record<string, Option> = { transforms: listOption, predicates: listOption }
  for (const alias of aliases(config, 'transforms')) {
    const prefix = `transforms.${alias}.`
    const kind = findTransform(config[`${prefix}type`])?.kind
    add(options, prefix, { ...transformFrame, ...kind?.options })
  }
  for (const alias of aliases(config, 'predicates')) {
    const prefix = `predicates.${alias}.`
    add(options, prefix, { ...typeFrame, ...findPredicate(config[`${prefix}type`])?.options })
  }
  return options
}

/** The class names that `transforms.….type` may have, as Java writes them. */
export function transformNames(kind: TransformKind): readonly string[] {
  const name = `${transformPackage}${kind.name}`
  return kind.sided ? Object.keys(sides).map((side) => `${name}$${side}`) : [name]
}

const transformPackage = 'org.apache.kafka.connect.transforms.'
const predicatePackage = `${transformPackage}predicates.`

const listOption = {
  type: 'list',
  default: '',
  importance: 'low',
  about: 'Names of your own choice, in the order in which they are applied.',
} as const satisfies Option

const typeFrame = {
  type: {
    type: 'class',
    importance: 'high',
    about: 'The Java class, with or without its package.',
  },
} as const satisfies Options

const transformFrame = {
  ...typeFrame,
  predicate: {
    type: 'string',
    default: null,
    importance: 'medium',
    about: 'The predicate that says which records this transform is applied to.',
  },
  negate: {
    type: 'boolean',
    default: 'false',
    importance: 'medium',
    about: 'Whether it is applied to the records that the predicate is false for.',
  },
} as const satisfies Options

function add(options: Record<string, Option>, prefix: string, more: Options): void {
  for (const [name, option] of Object.entries(more)) options[`${prefix}${name}`] = option
}

interface Opened<Member> {
  readonly member?: Member
  readonly errors: OptionErrors
}

/** Opens each of a list of names with the options that begin with its prefix. */
function named<Member>(
  config: Configuration,
  list: 'transforms' | 'predicates',
  open: (prefix: string, given: Configuration) => Opened<Member>,
): { readonly members: ReadonlyMap<string, Member>; readonly errors: OptionErrors } {
  const members = new Map<string, Member>()
  const errors: Record<string, readonly string[]> = {}
  for (const alias of aliases(config, list)) {
    if (members.has(alias)) {
      errors[list] = [
        `Invalid value ${config[list]} for configuration ${list}: Duplicate alias provided.`,
      ]
    }
    const prefix = `${list}.${alias}.`
    const opened = open(prefix, withoutPrefix(config, prefix))
    Object.assign(errors, opened.errors)
    if (opened.member !== undefined) members.set(alias, opened.member)
  }
  return { members, errors }
}

function aliases(config: Configuration, list: 'transforms' | 'predicates'): readonly string[] {
  const { values } = readOptions({ list: listOption }, { list: config[list] })
  return values?.list ?? []
}

function withoutPrefix(config: Configuration, prefix: string): Configuration {
  const entries = Object.entries(config).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]))
}

function openPredicate(prefix: string, given: Configuration): Opened<Predicate> {
  const kind = findPredicate(given.type)
  if (kind === undefined) return unknownType(prefix, given.type)
  const { values, errors } = readOptions(kind.options, given)
  if (values === undefined) return { errors: prefixed(prefix, errors) }
  return { member: kind.open(values as never), errors: {} }
}

function openTransform(
  prefix: string,
  given: Configuration,
  predicates: ReadonlyMap<string, Predicate>,
): Opened<Transform> {
  const found = findTransform(given.type)
  if (found === undefined) return unknownType(prefix, given.type)
  const { kind, side } = found
  const frame = readOptions(transformFrame, given)
  const read = readOptions(kind.options, given)
  const errors = prefixed(prefix, { ...read.errors, ...frame.errors })
  if (frame.values === undefined || read.values === undefined) return { errors }
  const { predicate: name, negate } = frame.values
  const predicate = name === undefined ? undefined : predicates.get(name)
  if (name !== undefined && predicate === undefined) {
    return {
      errors: {
        [`${prefix}predicate`]: [`There is no predicate '${name}'; list it in predicates.`],
      },
    }
  }
  const values = read.values as never
  const wrong = kind.check?.(values) ?? failure(() => kind.open(values, side))
  if (wrong !== undefined) return { errors: { [`${prefix}type`]: [wrong] } }
  return { member: only(kind.open(values, side), predicate, negate), errors: {} }
}

function findTransform(
  type: string | null | undefined,
): { readonly kind: TransformKind; readonly side: Side } | undefined {
  const [name, side] = (type ?? '').trim().replace(transformPackage, '').split('$')
  const kind = transformKinds.find((one) => one.name === name)
  if (kind === undefined || kind.sided !== (side !== undefined)) return undefined
  if (side === undefined) return { kind, side: sides.Value }
  return side === 'Key' || side === 'Value' ? { kind, side: sides[side] } : undefined
}

function findPredicate(type: string | null | undefined): PredicateKind | undefined {
  const name = (type ?? '').trim().replace(predicatePackage, '')
  return predicateKinds.find((one) => one.name === name)
}

function unknownType(prefix: string, type: string | null | undefined): { errors: OptionErrors } {
  const name = `${prefix}type`
  const says =
    type == null
      ? `Missing required configuration "${name}" which has no default value.`
      : `Invalid value ${type} for configuration ${name}: Class ${type} could not be found.`
  return { errors: { [name]: [says] } }
}

/** The names of errors with the prefix, in their sentences too. */
function prefixed(prefix: string, errors: OptionErrors): OptionErrors {
  const entries = Object.entries(errors)
  return Object.fromEntries(
    entries.map(([name, sentences]) => [
      `${prefix}${name}`,
      sentences.map((says) =>
        says
          .replace(`configuration ${name}:`, `configuration ${prefix}${name}:`)
          .replace(`configuration "${name}"`, `configuration "${prefix}${name}"`),
      ),
    ]),
  )
}

/** What opening says against the values: a path whose backtick has no partner. */
function failure(attempt: () => unknown): string | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function only(transform: Transform, predicate: Predicate | undefined, negate: boolean): Transform {
  if (predicate === undefined) return transform
  return (record) => (predicate(record) === negate ? record : transform(record))
}

function inOrder(transforms: readonly Transform[]): Transform {
  return (record) => {
    let changed: typeof record | undefined = record
    for (const transform of transforms) {
      changed = transform(changed)
      if (changed === undefined) return undefined
    }
    return changed
  }
}
