import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProperties } from './java-properties.ts'

test("Java's properties are read with their comments, separators, continuations and escapes", () => {
  const text = String.raw`# a comment
! another
a=1
b : 2
c 3
  d  =  4 = four
e=one \
   line
f=C:\\keys\\a.p12\\
g=\u00e9\tx
h
i\=j=k
`
  assert.deepEqual(parseProperties(text), {
    a: '1',
    b: '2',
    c: '3',
    d: '4 = four',
    e: 'one line',
    f: 'C:\\keys\\a.p12\\',
    g: 'é\tx',
    h: '',
    'i=j': 'k',
  })
})
