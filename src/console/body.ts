/** What stands in the body of a request; all of it throws 'body-invalid' with what to write. */
import { consoleError } from './errors.ts'

type Body = Readonly<Record<string, unknown>>

export function nameIn(body: Body, field: string): string {
  const value = body[field]
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`'${field}' is ${said(value)}; write a text.`)
}

/** Undefined where it is not given. */
export function textIn(body: Body, field: string): string | undefined {
  const value = body[field] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw invalid(`'${field}' is ${said(value)}; write a text.`)
}

/** Undefined where it is not given. */
export function integerIn(
  body: Body,
  field: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const value = body[field] ?? undefined
  if (value === undefined) return undefined
  const isFit = typeof value === 'number' && Number.isInteger(value)
  if (isFit && value >= least && value <= most) return value
  throw invalid(`'${field}' is ${said(value)}; write a whole number from ${least} to ${most}.`)
}

export function flagIn(body: Body, field: string): boolean {
  const value = body[field] ?? false
  if (typeof value === 'boolean') return value
  throw invalid(`'${field}' is ${said(value)}; write true or false.`)
}

/** An object of texts; numbers and truth values are written as text. Empty where it is not given. */
export function textsIn(body: Body, field: string): Record<string, string> {
  const value = body[field] ?? {}
  const isObject = typeof value === 'object' && !Array.isArray(value)
  if (!isObject) throw invalid(`'${field}' is ${said(value)}; write { "name": "value" }.`)
  const texts = Object.entries(value).map(([name, one]) => {
    if (one === null || typeof one === 'object') {
      throw invalid(`'${name}' of '${field}' is ${said(one)}; write a text.`)
    }
    return [name, String(one)]
  })
  return Object.fromEntries(texts)
}

/** Empty where it is not given. */
export function namesIn(body: Body, field: string): string[] {
  const value = body[field] ?? []
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (isList) return value
  throw invalid(`'${field}' is ${said(value)}; write [ "name" ].`)
}

/** Undefined where it is not given. */
export function integersIn(body: Body, field: string): number[] | undefined {
  const value = body[field] ?? undefined
  if (value === undefined) return undefined
  const isList = Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0)
  if (isList) return value
  throw invalid(`'${field}' is ${said(value)}; write [ 0, 1 ].`)
}

export function invalid(why: string) {
  return consoleError('body-invalid', { why })
}

const mostSaid = 60

function said(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, mostSaid)
}
