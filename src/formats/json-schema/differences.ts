/**
 * The changes of a schema that are in the way of reading older data, in the words of Confluent's
 * registry. Changes that it allows are not listed: nobody is told of them.
 */

/** A place within a schema, from the outside in. */
export type Steps = readonly (string | number)[]

export interface Difference {
  readonly type: DifferenceType
  readonly steps: Steps
}

type Describe = (path: string) => string

const notPresent: Describe = (path) =>
  `The keyword at path '${path}' in the %s schema is not present in the %s schema`
const more: Describe = (path) =>
  `The value at path '${path}' in the %s schema is more than its value in the %s schema`
const less: Describe = (path) =>
  `The value at path '${path}' in the %s schema is less than its value in the %s schema`
const otherValue: Describe = (path) =>
  `The value at path '${path}' is different between the %s and %s schema`
const fewer: Describe = (path) =>
  `An array or combined type at path '${path}' has fewer elements in the %s schema than the %s schema`
const moreElements: Describe = (path) =>
  `An array or combined type at path '${path}' has more elements in the %s schema than the %s schema`
const otherType: Describe = (path) =>
  `A type at path '${path}' is different between the %s schema and the %s schema`
const addedToOpen: Describe = (path) =>
  `The %s schema has an open content model and has a property or item at path '${path}' which is missing in the %s schema`
const removedFromClosed: Describe = (path) =>
  `The %s has a closed content model and is missing a property or item present at path '${path}' in the %s schema`
const removedUncovered: Describe = (path) =>
  `A property or item is missing in the %s schema but present at path '${path}' in the %s schema and is not covered by its partially open content model`
const addedUncovered: Describe = (path) =>
  `The %s schema has a property or item at path '${path}' which is missing in the %s schema and is not covered by its partially open content model`
const addedToUnopen: Describe = (path) =>
  `The %s schema has an unopen content model and has a required property at path '${path}' which is missing in the %s schema`
const unsaid: Describe = () => ''

const descriptions = {
  SCHEMA_ADDED: unsaid,
  TYPE_NARROWED: otherType,
  TYPE_CHANGED: otherType,
  MAX_LENGTH_ADDED: notPresent,
  MAX_LENGTH_DECREASED: less,
  MIN_LENGTH_ADDED: notPresent,
  MIN_LENGTH_INCREASED: more,
  PATTERN_ADDED: notPresent,
  PATTERN_CHANGED: otherValue,
  MAXIMUM_ADDED: notPresent,
  MAXIMUM_DECREASED: less,
  MINIMUM_ADDED: notPresent,
  MINIMUM_INCREASED: more,
  EXCLUSIVE_MAXIMUM_ADDED: notPresent,
  EXCLUSIVE_MAXIMUM_DECREASED: less,
  EXCLUSIVE_MINIMUM_ADDED: notPresent,
  EXCLUSIVE_MINIMUM_INCREASED: more,
  MULTIPLE_OF_ADDED: notPresent,
  MULTIPLE_OF_EXPANDED: more,
  MULTIPLE_OF_CHANGED: otherValue,
  REQUIRED_ATTRIBUTE_ADDED: notPresent,
  MAX_PROPERTIES_ADDED: notPresent,
  MAX_PROPERTIES_DECREASED: less,
  MIN_PROPERTIES_ADDED: notPresent,
  MIN_PROPERTIES_INCREASED: more,
  ADDITIONAL_PROPERTIES_REMOVED: notPresent,
  ADDITIONAL_PROPERTIES_NARROWED: fewer,
  UNEVALUATED_PROPERTIES_REMOVED: notPresent,
  UNEVALUATED_PROPERTIES_NARROWED: fewer,
  DEPENDENCY_ARRAY_ADDED: notPresent,
  DEPENDENCY_ARRAY_EXTENDED: moreElements,
  DEPENDENCY_ARRAY_CHANGED: otherValue,
  DEPENDENCY_SCHEMA_ADDED: notPresent,
  REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: addedToOpen,
  REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL: addedToOpen,
  OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: addedToOpen,
  REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL: addedToUnopen,
  PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL: removedFromClosed,
  PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: removedUncovered,
  PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: addedUncovered,
  MAX_ITEMS_ADDED: notPresent,
  MAX_ITEMS_DECREASED: less,
  MIN_ITEMS_ADDED: notPresent,
  MIN_ITEMS_INCREASED: more,
  MAX_CONTAINS_ADDED: notPresent,
  MAX_CONTAINS_DECREASED: less,
  MIN_CONTAINS_ADDED: notPresent,
  MIN_CONTAINS_INCREASED: more,
  UNIQUE_ITEMS_ADDED: notPresent,
  ADDITIONAL_ITEMS_REMOVED: notPresent,
  ADDITIONAL_ITEMS_NARROWED: fewer,
  UNEVALUATED_ITEMS_REMOVED: notPresent,
  UNEVALUATED_ITEMS_NARROWED: fewer,
  ITEM_ADDED_TO_OPEN_CONTENT_MODEL: addedToOpen,
  ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL: removedFromClosed,
  ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: removedUncovered,
  ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: addedUncovered,
  ENUM_ARRAY_NARROWED: fewer,
  ENUM_ARRAY_CHANGED: otherType,
  COMBINED_TYPE_CHANGED: otherType,
  PRODUCT_TYPE_EXTENDED: moreElements,
  SUM_TYPE_NARROWED: fewer,
  COMBINED_TYPE_SUBSCHEMAS_CHANGED: otherType,
  NOT_TYPE_EXTENDED: moreElements,
} satisfies Record<string, Describe>

export type DifferenceType = keyof typeof descriptions

/** As Confluent's registry prints it, the unpaired quote included. */
export function told({ type, steps }: Difference): string {
  const description = descriptions[type](`#/${steps.join('/')}`)
  return `{errorType:"${type}", description:"${description}'}`
}

export function difference(type: DifferenceType, ...steps: (string | number)[]): Difference[] {
  return [{ type, steps }]
}

/** The differences of a part, seen from the whole. */
export function below(steps: Steps, differences: readonly Difference[]): readonly Difference[] {
  return differences.map((found) => ({ ...found, steps: [...steps, ...found.steps] }))
}
