/** Numbers in decimal, however they are written: 0x10 is 16, 1.0f is 1; words stay as they are. */
export function decimal(text: string): string {
  const [, sign = '', digits] = /^(-?)(0[xX][0-9A-Fa-f]{1,16}|\d{1,22})$/.exec(text) ?? []
  if (digits !== undefined) return `${sign}${wholeNumber(digits)}`
  const isFraction = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?$/.test(text)
  const number = isFraction && text.length < longest ? Number.parseFloat(text) : Number.NaN
  const shown = String(number)
  return Number.isFinite(number) && !shown.includes('e') ? shown : text
}

const longest = 50

function wholeNumber(digits: string): bigint {
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
}
