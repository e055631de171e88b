import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJdbcUrl } from './address.ts'

test('JDBC URLs of MySQL, MariaDB and PostgreSQL say where the database is', () => {
  const places = {
    'jdbc:mysql://db.example:3307/Readings': ['mysql', 'db.example', 3307, 'Readings'],
    'jdbc:mariadb://db.example/Readings': ['mysql', 'db.example', 3306, 'Readings'],
    'jdbc:postgresql://[::1]/a%20b?ssl=true': ['postgresql', '::1', 5432, 'a b'],
    'jdbc:postgresql:readings': ['postgresql', 'localhost', 5432, 'readings'],
    'JDBC:MySQL:///': ['mysql', 'localhost', 3306, ''],
  }
  for (const [url, expected] of Object.entries(places)) {
    const { system, host, port, database } = parseJdbcUrl(url, undefined, undefined)
    assert.deepEqual([system, host, port, database], expected, url)
  }
})

test('user and password of the configuration stand before those of the URL', () => {
  const url = 'jdbc:postgresql://h/d?user=in-url&password=secret&ApplicationName=x'
  const own = parseJdbcUrl(url, undefined, undefined)
  assert.deepEqual(
    [own.user, own.password, own.unheeded],
    ['in-url', 'secret', ['ApplicationName']],
  )
  const given = parseJdbcUrl(url, 'given', 'other')
  assert.deepEqual([given.user, given.password], ['given', 'other'])
})

test("the drivers' words for encryption mean the same", () => {
  const modes = {
    '': 'preferred',
    '?useSSL=false': 'off',
    '?useSSL=true&verifyServerCertificate=true': 'verify-authority',
    '?sslMode=VERIFY_IDENTITY': 'verify-host',
    '?sslmode=require': 'required',
    '?sslMode=trust': 'required',
    '?sslmode=disable': 'off',
  }
  for (const [parameters, mode] of Object.entries(modes)) {
    assert.equal(parseJdbcUrl(`jdbc:mysql://h/d${parameters}`, undefined, undefined).tls.mode, mode)
  }
})

test('a URL that cannot be used says why and how to write it, without its password', () => {
  const wrong = {
    'mysql://h/d': /does not begin with 'jdbc:'/,
    'jdbc:oracle:thin:@h:1521:x': /no driver for 'oracle'/,
    'jdbc:mysql://a:3306,b:3306/d?password=hunter2': /several hosts/,
    'jdbc:mysql:loadbalance://a,b/d': /several hosts/,
    'jdbc:mysql://h:port/d?password=hunter2': /host, port or escapes/,
    'jdbc:mysql://h/d?sslMode=sometimes': /sslMode=sometimes is not supported/,
  }
  for (const [url, message] of Object.entries(wrong)) {
    assert.throws(
      () => parseJdbcUrl(url, undefined, undefined),
      (error: Error) => message.test(error.message) && !error.message.includes('hunter2'),
      url,
    )
  }
})
