/** Tables of words for closed codes: a code without words does not compile. */

export type Coded = { readonly code: string }

/** The member of a union with this code. */
export type Of<Reason extends Coded, Code extends string> = Reason extends unknown
  ? Code extends Reason['code']
    ? Reason
    : never
  : never

/** Words for each code of a union, made of the facts that code has. */
export type Words<Reason extends Coded, Context extends readonly unknown[] = [], Said = string> = {
  readonly [Code in Reason['code']]: (reason: Of<Reason, Code>, ...context: Context) => Said
}

/** The words of one reason. The table has some for each code, which the compiler cannot follow through the union. */
export function wordOf<
  Reason extends Coded,
  Context extends readonly unknown[] = [],
  Said = string,
>(
  words: Words<Reason, Context, Said>,
  { code }: Reason,
): (reason: Reason, ...context: Context) => Said {
  return words[code as Reason['code']] as (reason: Reason, ...context: Context) => Said
}
