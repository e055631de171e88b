/** Numbers as Java narrows, reads and writes them, because tables and tools expect its results. */
import type { Decimal } from '../kit/data.ts'

export type IntegerBits = 8 | 16 | 32 | 64

/** Java's narrowing: fractions are cut, floats saturate at 32 (or 64) bits, higher bits are lost. */
export function narrowed(value: number | bigint | Decimal, bits: IntegerBits): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(bits, value)
  if (typeof value === 'number') return BigInt.asIntN(bits, saturated(value, bits === 64 ? 64 : 32))
  return BigInt.asIntN(bits, wholePart(value))
}

function saturated(value: number, bits: 32 | 64): bigint {
  if (Number.isNaN(value)) return 0n
  const most = 2n ** BigInt(bits - 1)
  if (value >= Number(most)) return most - 1n
  return value <= -Number(most) ? -most : BigInt(Math.trunc(value))
}

function wholePart({ unscaled, scale }: Decimal): bigint {
  return scale >= 0 ? unscaled / 10n ** BigInt(scale) : unscaled * 10n ** BigInt(-scale)
}

/** A whole number as Java's `parseInt` and its like read it, or undefined. */
export function parseInteger(text: string, bits: IntegerBits): bigint | undefined {
  if (!/^[+-]?\d{1,30}$/.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits, value) === value ? value : undefined
}

/** A float as Java's `parseDouble` reads it (but for hexadecimal ones), or undefined. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^[+-]?(NaN|Infinity)$/.test(trimmed)) return Number(trimmed.replace(/[+-]NaN/, 'NaN'))
  const digits = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?$/.exec(trimmed)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** A decimal as `BigDecimal` reads it (`-12.50`, `1.2e3`), or undefined. */
export function parseDecimal(text: string): Decimal | undefined {
  const match =
    /^([+-]?)(?:(\d{1,1000})(?:\.(\d{0,1000}))?|\.(\d{1,1000}))(?:[eE]([+-]?\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = match[4] ?? '', , exponent = '0'] = match
  const unscaled = BigInt(`${whole}${fraction}`)
  return {
    unscaled: sign === '-' ? -unscaled : unscaled,
    scale: fraction.length - Number(exponent),
  }
}

/** A double as `Double.toString` writes it: `1.0`, `1.0E10`. */
export function doubleText(value: number): string {
  return javaNotation(value, String(value))
}

/** A float as `Float.toString` writes it, with the fewest digits that tell it from its neighbours. */
export function floatText(value: number): string {
  return javaNotation(value, shortestFloat(value))
}

/** The text with the fewest digits that reads as the same 32-bit float. */
export function shortestFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(Number(value.toPrecision(9)))
}

function javaNotation(value: number, shortest: string): string {
  if (!Number.isFinite(value)) return shortest
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return shortest.includes('.') ? shortest : `${shortest}.0`
  const [digits = '', exponent = ''] = Number(shortest).toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}

/** A decimal as `BigDecimal.toString` writes it: with an exponent where it is very small or round. */
export function bigDecimalText({ unscaled, scale }: Decimal): string {
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`
  const sign = unscaled < 0n ? '-' : ''
  const adjusted = digits.length - 1 - scale
  if (scale === 0) return `${sign}${digits}`
  if (scale > 0 && adjusted >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${sign}${digits[0]}${fraction}E${adjusted < 0 ? '' : '+'}${adjusted}`
}
