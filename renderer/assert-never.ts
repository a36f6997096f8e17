/** Makes a `switch` over a closed union exhaustive. The contract's own would bring its schemas into the window. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
