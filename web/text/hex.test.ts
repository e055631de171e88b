import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOfBase64, hexDump } from './hex.ts'

test('bytes are shown sixteen a line, with the letters that they are', () => {
  assert.equal(
    hexDump(bytesOfBase64('AAECaGVsbG8gd29ybGQhIQ/w')),
    [
      '00000000  00 01 02 68 65 6c 6c 6f 20 77 6f 72 6c 64 21 21  ...hello world!!',
      '00000010  0f f0                                            ..',
    ].join('\n'),
  )
})
