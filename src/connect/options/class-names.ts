/** The classes of transforms and predicates, as Java writes them. */
import { predicateKinds } from '../predicates/index.ts'
import { transformNames } from '../transforms/chain.ts'
import { transformKinds } from '../transforms/index.ts'

export function transformClasses(): string[] {
  return transformKinds.flatMap(transformNames)
}

export function predicateNames(): string[] {
  return predicateKinds.map(({ name }) => `org.apache.kafka.connect.transforms.predicates.${name}`)
}
