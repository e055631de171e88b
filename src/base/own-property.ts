/** Sets a property of the object's own, also where its name is `__proto__`. */
export function setOwn(object: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  } else {
    ;(object as Record<string, unknown>)[name] = value
  }
}

/** The property of an object, but never one that every object has, such as `toString`. */
export function getOwn(object: object, name: string): unknown {
  if (name in Object.prototype && !Object.hasOwn(object, name)) return undefined
  return (object as Record<string, unknown>)[name]
}
