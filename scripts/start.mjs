// `npm start`: the demonstration, on the default ports, with its log in ./leat-data.
import process from 'node:process'

process.argv.splice(2, 0, 'demo')
await import('../bin/leat.mjs')
