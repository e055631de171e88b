#!/usr/bin/env node
// Written so that old Nodes can read it: they must get as far as saying what to do.
import process from 'node:process'

const needed = 24

if (Number(process.versions.node.split('.')[0]) < needed) {
  const args = process.argv.slice(2).join(' ') || 'up'
  console.error(`leat needs Node ${needed} or newer, this is ${process.version}.`)
  console.error(`Run it with a newer Node, nothing needs to be installed for that:\n`)
  console.error(`  npx -y -p node@${needed} -p leat leat ${args}\n`)
  process.exit(1)
}

// Syncs wait in Node's thread pool: with its usual four threads they hold each other up.
process.env.UV_THREADPOOL_SIZE ??= '16'
// Compiled code is kept between runs: half of the start time would be spent on compiling.
process.getBuiltinModule('node:module').enableCompileCache()
const { main } = await import('../dist/program/main.js')
await main()
