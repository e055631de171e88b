const bytesInALine = 16

/** `00000000  68 65 6c 6c 6f  hello`, sixteen bytes a line. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += bytesInALine) {
    const some = [...bytes.subarray(at, at + bytesInALine)]
    const digits = some
      .map((byte) => hex(byte, 2))
      .join(' ')
      .padEnd(bytesInALine * 3)
    lines.push(`${hex(at, 8)}  ${digits} ${some.map(letterOf).join('')}`)
  }
  return lines.join('\n')
}

export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

function letterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
}
