/** Whole numbers of up to 64 bits in decimal, however they are written; anything else as it is. */
export function decimal(text: string): string {
  const [, sign = '', digits = ''] = /^(-?)(0[xX][0-9A-Fa-f]{1,16}|\d{1,22})$/.exec(text) ?? []
  if (digits === '') return text
  const isOctal = /^0[0-7]+$/.test(digits)
  if (/^0\d/.test(digits) && !isOctal) return text
  return `${sign}${BigInt(isOctal ? `0o${digits.slice(1)}` : digits)}`
}
