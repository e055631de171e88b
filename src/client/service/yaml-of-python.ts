/** YAML as PyYAML's safe loader reads it, which SINETStream for Python reads service files with. */
import {
  type Document,
  type ErrorCode,
  LineCounter,
  parseDocument,
  type ScalarTag,
  type Tags,
  visit,
} from 'yaml'
import { EncryptedValue } from './encrypted-values.ts'

export interface YamlFault {
  readonly line: number
  readonly column: number
  /** Without anything of the text, which may be a secret. */
  readonly why: string
}

export type YamlContent =
  | { readonly content: unknown; readonly duplicates: readonly YamlFault[] }
  | { readonly fault: YamlFault }

/** Which plain words are no text: of PyYAML's resolver.py; it knows less than YAML 1.1 does (`y`, `1e3`, `08` are text). */
const words: readonly ScalarTag[] = [
  scalar(
    'bool',
    /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    (word) => /^(?:y|t|on)/i.test(word),
  ),
  scalar(
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    floatOf,
  ),
  scalar(
    'int',
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    integerOf,
  ),
]
/** A date stays the text that it is: no parameter is one. */
const replaced = new Set([...words.map(({ tag }) => tag), 'tag:yaml.org,2002:timestamp'])

const encrypted: ScalarTag = {
  tag: '!sinetstream/encrypted',
  resolve: (text) => new EncryptedValue(Buffer.from(text, 'base64')),
}

/** Far more than a file for people has, far less than one that is made to fill memory. */
const mostAliases = 1000

/** In our words: the library's quote the text, which may be a secret. */
const sentences: { readonly [Code in ErrorCode]?: string } = {
  BAD_ALIAS: 'what begins with * stands for what has the same name after a &; put text in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape; write two backslashes, or use single quotes',
  BAD_INDENT:
    'a bracket is not closed, or the indentation does not fit: what belongs together begins in one column',
  BAD_SCALAR_START: 'text cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: "there is a second ': ' in a line; put the value in quotes",
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: "a key has no colon; write 'KEY: VALUE'",
  MULTIPLE_DOCS: 'a second document begins here; write one',
  RESOURCE_EXHAUSTION: 'its aliases (*) stand for too much; write it out',
  TAB_AS_INDENT: 'a tab indents; use spaces',
  TAG_RESOLVE_FAILED: 'what begins with ! is a tag, and this one means nothing; put text in quotes',
}

/** Duplicate keys are told; the last one counts. */
export function readYaml(text: string): YamlContent {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {
    version: '1.1',
    customTags: (tags: Tags) => [
      ...words,
      encrypted,
      ...tags.filter((tag) => typeof tag !== 'object' || !replaced.has(tag.tag)),
    ],
    logLevel: 'error',
    prettyErrors: false,
    lineCounter,
  })
  const faultOf = ({ code, position }: Flaw): YamlFault => {
    const { line, col } = lineCounter.linePos(position)
    return { line, column: col, why: sentences[code] ?? 'this does not belong here' }
  }
  const isDuplicate = ({ code }: Flaw) => code === 'DUPLICATE_KEY'
  const flaws = [...document.errors, ...document.warnings].map(
    ({ code, pos }): Flaw => ({ code, position: pos[0] }),
  )
  const flaw = flaws.find((one) => !isDuplicate(one)) ?? badAlias(document)
  if (flaw !== undefined) return { fault: faultOf(flaw) }
  try {
    const content = document.toJS({ maxAliasCount: mostAliases })
    return { content, duplicates: flaws.filter(isDuplicate).map(faultOf) }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return { fault: faultOf({ code: 'RESOURCE_EXHAUSTION', position: 0 }) }
  }
}

interface Flaw {
  readonly code: ErrorCode
  readonly position: number
}

/** One that stands for nothing, or for what it is in. */
function badAlias(document: Document): Flaw | undefined {
  let bad: Flaw | undefined
  visit(document, {
    Alias(_, alias, path) {
      const node = alias.resolve(document)
      if (node !== undefined && !path.includes(node)) return undefined
      bad = { code: 'BAD_ALIAS', position: alias.range?.[0] ?? 0 }
      return visit.BREAK
    },
  })
  return bad
}

function scalar(name: string, test: RegExp, resolve: (word: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve }
}

function floatOf(word: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(word.replaceAll('_', '').toLowerCase()) ?? []
  const size =
    digits === '.inf'
      ? Number.POSITIVE_INFINITY
      : digits === '.nan'
        ? Number.NaN
        : inSixties(digits)
  return sign === '-' ? -size : size
}

function integerOf(word: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(word.replaceAll('_', '')) ?? []
  const isOctal = /^0[0-7]+$/.test(digits)
  const size = isOctal ? Number.parseInt(digits, 8) : inSixties(digits)
  return sign === '-' ? 0 - size : size
}

/** 1:30 is ninety. */
function inSixties(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
