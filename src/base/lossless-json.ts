/** JSON whose numbers lose nothing: whole numbers beyond 2^53 are bigints, both ways. */

/** A number as it stands in the text, where a double would not say the same. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** With `exact`, fractions that a double would change come as ExactNumber. */
export function parseJson(text: string, exact = false): unknown {
  // Few texts have such numbers, and a reviver makes parsing five times slower.
  if (!exact && !longNumber.test(text)) return JSON.parse(text)
  return JSON.parse(text, ((_: string, value: unknown, { source }: { source?: string }) => {
    if (typeof value !== 'number' || source === undefined) return value
    if (Number.isSafeInteger(value) && !/[.eE]/.test(source)) return value
    if (/^-?\d+$/.test(source)) return BigInt(source)
    return exact && String(value) !== source ? new ExactNumber(source) : value
  }) as (this: unknown, key: string, value: unknown) => unknown)
}

/** The digits of a fraction do not count: many a double has sixteen. */
const longNumber = /(?:^|[^.\d])\d{16}/

/** A whole number as JSON.stringify takes it, however large. */
export function wholeNumber(value: bigint | number): unknown {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : rawNumber(`${value}`)
}

/** The text of what parseJson gave. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? rawNumber(`${one}`) : one))
}

/** Stands in the text as it is. */
export function rawNumber(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
