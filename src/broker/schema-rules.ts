/** Which schemas the records of a topic may have, in Confluent's words. */
export const subjectStrategies = [
  'TopicNameStrategy',
  'RecordNameStrategy',
  'TopicRecordNameStrategy',
] as const

export type SubjectStrategy = (typeof subjectStrategies)[number]
export type Side = 'key' | 'value'

/** By the side of the record that is looked at; absent, that side is any bytes. */
export type SchemaRules = Readonly<Record<Side, SubjectStrategy | undefined>>

/** The subjects under which a schema may be registered for a topic. */
export interface SubjectRule {
  readonly topic: string
  readonly side: Side
  readonly strategy: SubjectStrategy
}

/** Who knows which ids stand for schemas of a topic; the broker itself knows no registry. */
export interface SchemaIds {
  /** Rejects with an error that is retriable where nobody can say at present. */
  isRegistered(id: number, rule: SubjectRule): Promise<boolean>
}

/** The strategy's class in Confluent's serializers. */
export function inConfluentsPackage(strategy: SubjectStrategy): string {
  return `io.confluent.kafka.serializers.subject.${strategy}`
}

export function strategyNamed(name: string): SubjectStrategy | undefined {
  return subjectStrategies.find(
    (strategy) => name === strategy || name === inConfluentsPackage(strategy),
  )
}
