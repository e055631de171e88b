import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  eventOf,
  eventPrefixes,
  fromHeaders,
  fromJson,
  isEventPrefix,
  timestampUsOf,
  timeTextOf,
  toHeaders,
  toJson,
} from './index.ts'

const required = { specversion: '1.0', id: '1', source: '/pump', type: 'reading' } as const

test('what the standard demands of attributes is demanded', () => {
  const fine = {
    ...required,
    subject: '温度',
    time: '2026-01-01t09:00:00.5+09:00',
    datacontenttype: 'application/json; charset=utf-8',
    dataschema: 'https://example.com/schema#1',
    ...{ flag: true, number: -(2 ** 31), text2: 'x' },
  }
  assert.deepEqual(eventOf({ ...fine, absent: undefined, empty: null }), fine)
  const wrongs: [Record<string, unknown>, RegExp][] = [
    [{ specversion: '0.3' }, /'specversion'.*'1\.0'/],
    [{ id: '' }, /'id'/],
    [{ id: undefined }, /'id'/],
    [{ id: 7 }, /'id'/],
    [{ source: 'two words' }, /'source'.*URI reference/],
    [{ source: '%zz' }, /'source'/],
    [{ type: undefined }, /'type'/],
    [{ subject: '' }, /'subject'/],
    [{ time: 'yesterday' }, /'time'.*RFC 3339/],
    [{ time: '2026-02-30T25:00:00Z' }, /'time'/],
    [{ datacontenttype: 'json' }, /'datacontenttype'.*media type/],
    [{ dataschema: '/relative' }, /'dataschema'/],
    [{ Upper: 'x' }, /no extension 'Upper'/],
    [{ with_line: 'x' }, /no extension 'with_line'/],
    [{ data: 'x' }, /no extension 'data'/],
    [{ text: 'a\u0007' }, /'text'/],
    [{ text: '\ud800' }, /'text'/],
    [{ text: '\ufdd0' }, /'text'/],
    [{ number: 2 ** 31 }, /'number'.*32 bits/],
    [{ number: 0.5 }, /'number'/],
  ]
  for (const [wrong, sentence] of wrongs) {
    const given = { ...required, ...wrong }
    assert.throws(() => eventOf(given), { name: 'InvalidArgumentError', message: sentence })
  }
})

test('times keep their microseconds', () => {
  assert.equal(timestampUsOf('2023-11-14T22:13:20.123456Z'), 1_700_000_000_123_456)
  assert.equal(timestampUsOf('2023-11-15T07:13:20.1234567+09:00'), 1_700_000_000_123_456)
  assert.equal(timeTextOf(1_700_000_000_123_456), '2023-11-14T22:13:20.123456Z')
  assert.equal(timeTextOf(-1), '1969-12-31T23:59:59.999999Z')
  assert.equal(timeTextOf(Number.MAX_SAFE_INTEGER * 1000), undefined)
})

for (const [name, prefix] of Object.entries(eventPrefixes)) {
  test(`attributes are headers and come back, as ${name} names them`, () => {
    const event = eventOf({
      ...required,
      subject: '温度',
      number: 7,
      datacontenttype: 'text/plain',
    })
    const headers = toHeaders(event, prefix)
    assert.ok(headers.some(({ key }) => key === `${prefix}specversion`))
    assert.ok(headers.every(({ key }) => !key.includes('datacontenttype')))
    const others = ['Not-An-Attribute', 'ce_Upper'].map((key) => ({ key, value: Buffer.from('x') }))
    assert.ok(isEventPrefix(prefix, [...others, ...headers]))
    assert.ok(!isEventPrefix(prefix, others))
    const back = fromHeaders([...others, ...headers], 'text/plain', prefix)
    // Headers are text: what was a number is not known any more.
    assert.deepEqual(back, { ...event, number: '7' })
  })
}

test('data are JSON as it stands, text, or Base64, and come back', () => {
  const cases: [type: string | undefined, data: string | Buffer, member: string][] = [
    ['application/json', '{"n":12345678901234567890}', '"data":{"n":12345678901234567890}'],
    ['application/geo+json; v=1', '[1, 2]', '"data":[1, 2]'],
    ['text/plain', 'say "ä"', '"data":"say \\"ä\\""'],
    ['application/soap+xml', '<a/>', '"data":"<a/>"'],
    ['text/plain', Buffer.from([0xff]), '"data_base64":"/w=="'],
    ['application/octet-stream', 'text', '"data_base64":"dGV4dA=="'],
    [undefined, '', '"data_base64":""'],
  ]
  for (const [datacontenttype, data, member] of cases) {
    const json = toJson(eventOf({ ...required, datacontenttype }), Buffer.from(data))
    assert.ok(json.toString().endsWith(`,${member}}`), json.toString())
    const isRounded = member.includes('123456')
    if (!isRounded && member !== '"data":[1, 2]') {
      assert.deepEqual(fromJson(json).data, Buffer.from(data))
    }
  }
  assert.throws(
    () => toJson(eventOf({ ...required, datacontenttype: 'a/json' }), Buffer.from('{')),
    {
      name: 'InvalidMessageError',
      message: /no a\/json/,
    },
  )
})

test('what is no event in JSON is told, without what it holds', () => {
  const wrongs = [
    ['hush', /no JSON object/],
    ['["hush"]', /no JSON object/],
    ['{"specversion":"1.0","id":"hush"}', /'source'/],
    [JSON.stringify({ ...required, data: 1, data_base64: '' }), /'data_base64'/],
    [JSON.stringify({ ...required, data_base64: 'hush!' }), /'data_base64'/],
    [JSON.stringify({ ...required, extension: { hush: 1 } }), /'extension'/],
  ] as const
  for (const [text, sentence] of wrongs) {
    assert.throws(
      () => fromJson(Buffer.from(text)),
      (error: Error) =>
        error.name === 'InvalidMessageError' &&
        sentence.test(error.message) &&
        !error.message.includes('hush'),
    )
  }
})

test('data without a type are JSON, and an attribute that is null is not there', () => {
  const event = { ...required, subject: null, data: { n: 1 } }
  const { attributes, data } = fromJson(Buffer.from(JSON.stringify(event)))
  assert.deepEqual([attributes, data.toString()], [required, '{"n":1}'])
  const text = fromJson(Buffer.from(JSON.stringify({ ...required, data: 'x' })))
  assert.equal(text.data.toString(), '"x"')
})
