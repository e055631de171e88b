/** The judge of house.ts, and of what the papers beside the code claim. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { floors, mostLinesInAFile, openRooms, reservedFor, sideDoors } from './house.ts'

process.chdir(join(import.meta.dirname, '..'))

const sources = filesOf('src/**/*.ts')
const tests = [
  ...filesOf('test/**/*.{ts,py}'),
  ...filesOf('web/**/*.test.ts'),
  ...sources.filter(isTest),
]
const code = sources.filter((file) => !isTest(file) && !file.includes('/testing/'))
const scripts = [
  ...filesOf('scripts/**/*.mjs'),
  ...filesOf('bin/*.mjs'),
  ...filesOf('bench/**/*.ts'),
]
const page = filesOf('web/**/*.{ts,tsx,css}')
const imports = sources.flatMap(importsOf)

test('the judge sees the house', () => {
  assert.ok(code.length > 50, `only ${code.length} sources were found`)
  assert.ok(tests.length > 20, `only ${tests.length} tests were found`)
  assert.ok(imports.length > 100, `only ${imports.length} imports were found`)
})

test('every room has a floor, and every floor its rooms', () => {
  const rooms = new Set(sources.map(roomOf).filter((room) => room !== ''))
  assert.deepEqual([...rooms].sort(), floors.flat().sort())
})

test('imports point down', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (roomOf(from) === '' || roomOf(from) === roomOf(to)) return false
    return floorOf(roomOf(to)) >= floorOf(roomOf(from))
  })
  assert.deepEqual(wrong, [])
})

test('a reserved room is used only by those it is reserved for', () => {
  const wrong = imports.filter(({ from, to }) => {
    const users = reservedFor[roomOf(to)]
    if (users === undefined || roomOf(from) === '' || roomOf(from) === roomOf(to)) return false
    return !users.includes(roomOf(from))
  })
  assert.deepEqual(wrong, [])
})

test('a room is entered by its door', () => {
  const wrong = imports.filter(({ from, to }) => {
    const room = roomOf(to)
    if (room === '' || roomOf(from) === room || openRooms.includes(room)) return false
    const place = relative('src', to)
    return place !== `${room}/index.ts` && !sideDoors.includes(place)
  })
  assert.deepEqual(wrong, [])
})

test('every relative import names a file that exists', () => {
  assert.deepEqual(
    imports.filter(({ to }) => !existsSync(to)),
    [],
  )
})

test('the page and the program share no code: they meet at the API alone', () => {
  assert.ok(page.length > 50, `only ${page.length} files of the page were found`)
  const wrong = [
    ...page.flatMap(importsOf).filter(({ to }) => !to.startsWith('web')),
    ...imports.filter(({ to }) => to.startsWith('web')),
  ]
  assert.deepEqual(wrong, [])
})

test('code never imports what is for tests only', () => {
  const wrong = imports.filter(({ from, to }) => code.includes(from) && to.includes('/testing/'))
  assert.deepEqual(wrong, [])
})

test(`no source has more than ${mostLinesInAFile} lines`, () => {
  const long = [...sources, ...page].filter(
    (file) => textOf(file).split('\n').length > mostLinesInAFile + 1,
  )
  assert.deepEqual(long, [])
})

test('node:http is not imported, which would load all of fetch', () => {
  const values = /import\s+(?!type\b)[^'"]*from 'node:http'/
  assert.deepEqual(
    code.filter((file) => values.test(textOf(file))),
    [],
  )
})

test('no test is singled out or put aside', () => {
  const marks = /\b(test|describe|it)\.(only|skip|todo)\(|\bonly: true|\bskip: true/
  assert.deepEqual(
    tests.filter(
      (file) => file !== relative('.', import.meta.filename) && marks.test(textOf(file)),
    ),
    [],
  )
})

test('nothing tells on whose machine it was written', () => {
  const paths = new RegExp(['/(ho', 'me|Us', 'ers|wo', 'rk)/\\w+'].join(''))
  const all = [
    ...sources,
    ...page,
    ...tests,
    ...scripts,
    ...filesOf('*.md'),
    ...filesOf('docs/**/*.md'),
  ]
  assert.deepEqual(
    all.filter((file) => paths.test(textOf(file))),
    [],
  )
})

test('every promise names a test that exists', () => {
  const promises = listItems('PROMISES.md')
  assert.ok(promises.length > 0, 'PROMISES.md lists no promise')
  for (const promise of promises) {
    const files = [...promise.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => file)
    assert.ok(files.length > 0, `no test is named by: ${promise}`)
    const titles = [...promise.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title)
    for (const file of files) assert.ok(existsSync(file), `${file} is missing: ${promise}`)
    for (const title of titles) {
      const held = files.some((file) => textOf(file).includes(title))
      assert.ok(held, `no test is called “${title}”: ${promise}`)
    }
  }
})

test('a Kafka API has either a handler or its key in LIMITS.md', () => {
  const apis = filesOf('src/protocols/kafka/apis/[0-9]*.ts').filter((file) => !isTest(file))
  assert.ok(apis.length > 50, `only ${apis.length} APIs were found`)
  const unanswered = keysInLimits()
  const wrong = apis.filter((api) => {
    const answered = existsSync(join('src/broker/handlers', basename(api)))
    return answered === unanswered.has(Number.parseInt(basename(api), 10))
  })
  assert.deepEqual(wrong, [])
})

/** The API keys in the first column of LIMITS.md's table, such as `24–28, 65`. */
function keysInLimits(): Set<number> {
  const rows = [...textOf('LIMITS.md').matchAll(/^\| ([\d–, ]+) \|/gm)]
  const ranges = rows.flatMap(([, keys = '']) => keys.split(', '))
  return new Set(
    ranges.flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('–').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    }),
  )
}

interface Import {
  readonly from: string
  readonly to: string
}

/** The relative imports of a file, static and dynamic, of values and of types. */
function importsOf(file: string): Import[] {
  const specifiers = textOf(file).matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm)
  return [...specifiers].map(([, specifier = '']) => ({
    from: file,
    to: join(dirname(file), specifier),
  }))
}

/** The folder of src/ that a file lies in; empty for the files of src/ itself and outside of it. */
function roomOf(file: string): string {
  return /^src\/([^/]+)\//.exec(file)?.[1] ?? ''
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room))
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts')
}

function filesOf(pattern: string): string[] {
  return globSync(pattern).sort()
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8')
}

/** The items of a Markdown file's lists, each with its continued lines. */
function listItems(file: string): string[] {
  return textOf(file)
    .split(/^(?=- |\n)/m)
    .filter((part) => part.startsWith('- '))
}
