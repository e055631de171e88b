/** Linters of others look at what leat is deployed with. */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { peersHome, pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const repository = join(import.meta.dirname, '..', '..')
const linters = { skip: withoutPeer('deployment-linters') }
const program = (name: string) => join(peersHome, 'deployment-linters', 'bin', name)

test('hadolint has nothing to say about the Dockerfile', linters, async () => {
  assert.equal(await outputOf([program('hadolint'), join(repository, 'Dockerfile')]), '')
})

for (const version of ['1.30', '1.33', '1.37']) {
  test(`the manifests are what Kubernetes ${version} knows, word for word`, linters, async () => {
    const files = globSync('deploy/kubernetes/*/*.yaml', { cwd: repository })
      .filter((file) => !file.endsWith('kustomization.yaml'))
      .map((file) => join(repository, file))
    assert.ok(files.length >= 6)
    const strict = ['--strict', '--no-warn', '-k', version]
    await outputOf([program('kubernetes-validate'), ...strict, ...files])
  })
}

test('compose.yaml is as the Compose Specification has it', linters, async () => {
  const file = join(repository, 'deploy', 'compose.yaml')
  const script = [
    'import sys, yaml, json, compose_spec',
    'text = json.dumps(yaml.safe_load(open(sys.argv[1])))',
    'compose = compose_spec.PyCompose.from_json(text)',
    'compose.validate()',
    'print(*sorted(compose.service_names()))',
  ].join('\n')
  const said = await outputOf([pythonOf('deployment-linters'), '-c', script, file])
  assert.equal(said, 'kafka-1 kafka-2 kafka-3 leat\n')
})
